/**
 * What Python can follow in the browser: the names and arguments of tempestweb_wasm/native/.
 *
 * @typedef {{event(event: unknown): void, error(error: unknown): void}} Tell
 * @typedef {(args: any, tell: Tell) => () => void} Follow returns what ends it
 */

import { place, positionOf, screenNow, watchScreen } from "./readings.js";
import { needed } from "./refused.js";

/** @type {Record<string, Follow>} */
export const STREAMS = {
  "geolocation.watch"(args, tell) {
    const geolocation = place();
    const options = {
      enableHighAccuracy: args.high_accuracy,
      maximumAge: args.max_age,
      timeout: args.within,
    };
    const found = (/** @type {GeolocationPosition} */ at) => tell.event(positionOf(at));
    const id = geolocation.watchPosition(found, (error) => tell.error(error), options);
    return () => geolocation.clearWatch(id);
  },

  "screen.watch"(_, tell) {
    const stopping = new AbortController();
    let last = "";
    const look = () => {
      const now = screenNow();
      const text = JSON.stringify(now);
      if (text !== last) tell.event(now);
      last = text;
    };
    watchScreen(look, stopping.signal);
    look();
    return () => stopping.abort();
  },

  wake_lock(_, tell) {
    const locks = needed(navigator.wakeLock, "wake lock");
    const stopping = new AbortController();
    const { signal } = stopping;
    /** @type {WakeLockSentinel | undefined} */
    let held;
    let isAsking = false;
    const hold = async () => {
      // A page that is hidden has lost it.
      if (document.visibilityState !== "visible" || isAsking) return;
      isAsking = true;
      try {
        const lock = await locks.request("screen");
        if (signal.aborted) return void (await lock.release());
        held = lock;
        tell.event(true);
      } catch (error) {
        // Hidden meanwhile: asked for once more when it is shown.
        if (document.visibilityState === "visible") tell.error(error);
      } finally {
        isAsking = false;
      }
    };
    document.addEventListener("visibilitychange", hold, { signal });
    void hold();
    return () => {
      stopping.abort();
      void held?.release();
    };
  },
};

/**
 * What can be read of the device, as Python has it.
 */

import { needed } from "./refused.js";

const QUERIES = { dark: "(prefers-color-scheme: dark)", still: "(prefers-reduced-motion: reduce)" };

export function place() {
  // Without https browsers have it too, and refuse each call.
  return needed(isSecureContext ? navigator.geolocation : null, "geolocation");
}

/** @param {GeolocationPosition} found */
export function positionOf({ coords, timestamp }) {
  const { latitude, longitude, accuracy, altitude, altitudeAccuracy, heading, speed } = coords;
  return {
    latitude, longitude, accuracy, altitude, speed,
    altitude_accuracy: altitudeAccuracy,
    // It is NaN for a device that does not move, which JSON makes null.
    heading,
    time: new Date(timestamp).toISOString(),
  };
}

export function screenNow() {
  return {
    width: innerWidth,
    height: innerHeight,
    orientation: innerWidth > innerHeight ? "landscape" : "portrait",
    dark: matchMedia(QUERIES.dark).matches,
    reduced_motion: matchMedia(QUERIES.still).matches,
    online: navigator.onLine,
    visible: document.visibilityState === "visible",
  };
}

/**
 * Call *changed* when some of it may be different.
 * @param {() => void} changed
 * @param {AbortSignal} signal ends it
 */
export function watchScreen(changed, signal) {
  for (const type of ["resize", "online", "offline"]) addEventListener(type, changed, { signal });
  document.addEventListener("visibilitychange", changed, { signal });
  for (const query of Object.values(QUERIES)) {
    matchMedia(query).addEventListener("change", changed, { signal });
  }
}

/**
 * The line to an app on a server: it comes and goes, and the client that it is the transport of
 * does not notice. What the server has not answered is kept and sent again, in order; what it
 * missed the server sends. Nothing here knows what carries the texts.
 *
 * An event has run when a frame acknowledges it. A session that was stored and taken up again
 * begins a new epoch: its nodes have new ids, so that the client writes the kept events anew. One
 * that is gone begins from nothing: what was pressed is void then, and what was put into controls
 * is told to the new one (edits.js).
 *
 * @typedef {import("./types.js").Transport} Transport
 * @typedef {import("./carriers.js").Carrier} Carrier
 * @typedef {"online" | "offline" | "refused" | "ended"} Status `refused` and `ended` are final.
 * @typedef {{seq: number, text: string}} Sent
 * @typedef {{
 *   session?: string, epoch?: number, token?: string, applied?: number, page?: string,
 * }} Start What the page says of its session; `applied` is the frame that its HTML shows.
 * @typedef {{
 *   renew(ack: number, again: import("./types.js").EventData[], isLost: boolean): void,
 *   whole(): void,
 *   status(status: Status): void,
 *   tooLong(): void,
 *   frame(text: string, take: (text: string) => boolean): void,
 * }} Told `renew`: the next frame is the first of an epoch; if `isLost`, the session that the page
 *   was of is gone. `whole`: that frame is applied. `tooLong`: no text of such a length is taken.
 *   `frame`: what is the client's of it is for `take`, which says whether it is new.
 */

import { Backoff } from "./backoff.js";
import { carriesValue } from "./client.js";
import { cut, isLonger } from "./parts.js";
import { Vigil } from "./vigil.js";

/** A line that says nothing for so long (ms) after it was asked for does not come. */
const OPENING = 8000;
/** So many events are on their way at a time; the rest waits for answers. */
const WINDOW = 32;
/** So many frames are applied without telling, unless this time (ms) passes first. */
const FRAMES = 5;
const SOON = 250;
const NOTHING = '{"kind":"patches","data":[]}';

/** Close codes of RFC 6455 and IANA's registry, and what a browser says where none came. */
const DONE = 1000;
const LOST = 1006;
const REFUSED = 1008;
const TOO_BIG = 1009;
const FAILED = 1011;

/** @implements {Transport} */
export class Line {
  /** @type {((text: string) => void) | null} */
  onmessage = null;
  /** @type {Carrier | null} */
  #carrier = null;
  /** Has the carrier said hello? */
  #isOpen = false;
  /** Final, or away with the page. */
  #isOver = false;
  #isAway = false;
  /** Does the client still wait for its first frame? */
  #isNew = true;
  /** Is the next frame the first of an epoch? */
  #isRenewed = false;
  /** @type {Sent[]} events without an answer, in order */
  #kept = [];
  /** So many of them are on their way. */
  #out = 0;
  /** The last that was ever on its way: what it did is not certain. */
  #written = 0;
  #applied;
  /** The last frame that the server knows to be applied. */
  #told;
  /** What the server takes, in bytes: as a frame, and as an event that comes in parts. */
  limits = { frame: Infinity, text: 0 };
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #telling;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #waiting;
  #backoff = new Backoff();
  #vigil = new Vigil(
    () => this.#carrier?.send(`{"kind":"ping","ack":${this.#applied}}`),
    () => this.#lost(LOST),
  );
  #start;
  #carriers;
  #tell;

  /**
   * @param {import("./carriers.js").Carriers} carriers
   * @param {Start} start
   * @param {Told} told
   */
  constructor(carriers, start, told) {
    this.#carriers = carriers;
    this.#start = { ...start };
    this.#applied = this.#told = start.applied ?? 0;
    this.#tell = told;
  }

  /** The session's id, as soon as it is known. */
  get session() {
    return this.#start.session;
  }

  /** Connect now, if there is no line; otherwise see that it is alive. */
  wake() {
    this.#isAway = false;
    if (this.#isOver) return;
    if (this.#isOpen) this.#vigil.probe();
    else if (!this.#carrier) this.#connect();
  }

  /**
   * The page goes. It may come back as it is, and a socket would keep it from that.
   * @param {boolean} back may it?
   */
  sleep(back) {
    this.send(`{"kind":"leave","back":${back}}`);
    this.#isAway = true;
    this.#hangUp();
    clearTimeout(this.#waiting);
  }

  /** A frame of the client. @param {string} text */
  send(text) {
    const { kind, seq } = JSON.parse(text);
    if (kind !== "event") {
      if (this.#isOpen) this.#carrier?.send(text);
      return;
    }
    this.#kept.push({ seq, text });
    this.#flush();
  }

  /**
   * The client has applied frames up to *seq*, and event *ack* is answered.
   * @param {number} seq
   * @param {number} ack
   */
  applied(seq, ack) {
    this.#drop(ack);
    this.#flush();
    if (seq === 0) return;
    this.#applied = seq;
    if (this.#isRenewed) {
      this.#isRenewed = false;
      this.#tell.whole();
    }
    const untold = seq - this.#told;
    if (untold >= FRAMES) this.#acknowledge();
    else if (untold > 0) this.#telling ??= setTimeout(() => this.#acknowledge(), SOON);
  }

  /** The client is done with the app. Harmless twice. */
  close() {
    this.#isOver = true;
    this.sleep(false);
  }

  #connect() {
    clearTimeout(this.#waiting);
    const opening = { ...this.#start, applied: this.#applied, sent: this.#written };
    this.#waiting = setTimeout(() => this.#lost(LOST), OPENING);
    this.#carrier = this.#carriers.open(opening, {
      text: (text) => this.#hear(text),
      alive: () => this.#vigil.heard(),
      closed: (code) => this.#lost(code),
    });
  }

  /** @param {string} text */
  #hear(text) {
    if (this.#isOpen) this.#vigil.answered();
    if (this.#isOpen) return this.#tell.frame(text, (one) => this.#take(one));
    const hello = JSON.parse(text);
    if (hello.kind === "hello" && hello.protocol === 1) return this.#opened(hello);
    // It speaks another language than this page, which is older or newer than it.
    console.error(`tempestweb: no hello: ${text}`);
    return this.#lost(hello.kind === "hello" ? REFUSED : FAILED);
  }

  /** @param {string} text @returns {boolean} did the client not have it? */
  #take(text) {
    const before = this.#applied;
    this.onmessage?.(text);
    return this.#applied > before;
  }

  /** @param {{session: string, epoch: number, ack: number, limits?: object}} hello */
  #opened({ session, epoch, ack, limits = {} }) {
    clearTimeout(this.#waiting);
    const isSame = session === this.#start.session;
    const isOn = isSame && epoch === this.#start.epoch;
    this.#start = { session, epoch, page: this.#start.page };
    this.limits = { frame: Infinity, text: 0, ...limits };
    this.#isOpen = true;
    this.#out = 0;
    this.#told = this.#applied;
    this.#carriers.opened();
    this.#backoff.opened();
    this.#vigil.start();
    // A page that was kept, or came back from a history, counts from 1 what its session knows better.
    if (!isOn || (this.#isNew && ack > 0)) this.#renew(ack, !isSame);
    else if (this.#isNew) this.onmessage?.(NOTHING);
    this.#isNew = false;
    this.#drop(ack);
    this.#tell.status("online");
    this.#flush();
  }

  /**
   * @param {number} ack
   * @param {boolean} isOther
   */
  #renew(ack, isOther) {
    const kept = this.#kept.map(({ seq, text }) => ({ seq, data: JSON.parse(text).data }));
    // Of those that the server will not run, as they may have run before it died, what only says
    // what a control holds can be said once more.
    const due = kept.filter(({ seq, data }) => seq > ack || carriesValue(data.payload));
    const again = isOther ? [] : due.map(({ data }) => data);
    this.#kept = [];
    this.#written = ack;
    this.#applied = this.#told = 0;
    this.#isRenewed = true;
    this.#tell.renew(ack, again, isOther && !this.#isNew);
  }

  /** @param {number} code how the line ended */
  #lost(code) {
    const wasOpen = this.#isOpen;
    this.#hangUp();
    clearTimeout(this.#waiting);
    if (this.#isOver || this.#isAway) return;
    if (code === REFUSED || (code === DONE && wasOpen)) {
      this.#isOver = true;
      this.#tell.status(code === DONE ? "ended" : "refused");
      return;
    }
    if (code === TOO_BIG) this.#lighten();
    if (!wasOpen && this.#carriers.failed()) return void this.#connect();
    this.#tell.status("offline");
    const delay = this.#backoff.next(code);
    this.#waiting = setTimeout(() => this.#connect(), delay);
  }

  /** Let go of the carrier; what was on its way may have arrived or not. */
  #hangUp() {
    const carrier = this.#carrier;
    this.#carrier = null;
    this.#isOpen = false;
    this.#vigil.stop();
    clearTimeout(this.#telling);
    this.#telling = undefined;
    carrier?.close();
  }

  #flush() {
    while (this.#isOpen && this.#out < Math.min(this.#kept.length, WINDOW)) {
      const next = this.#kept[this.#out++];
      this.#written = Math.max(this.#written, next.seq);
      this.#vigil.expect();
      for (const text of this.#fitting(next)) this.#carrier?.send(text);
    }
  }

  /** Events up to *ack* are answered. @param {number} ack */
  #drop(ack) {
    let count = 0;
    while (count < this.#kept.length && this.#kept[count].seq <= ack) count++;
    this.#kept.splice(0, count);
    this.#out = Math.max(0, this.#out - count);
  }

  #acknowledge() {
    clearTimeout(this.#telling);
    this.#telling = undefined;
    this.#told = this.#applied;
    this.#carrier?.send(`{"kind":"ack","seq":${this.#applied}}`);
  }

  /**
   * What carries an event: one frame, or several. One that is too long would end the line each
   * time. One that its node does not hear is answered in its place, and those after it have their
   * turn.
   * @param {Sent} sent
   * @returns {string[]}
   */
  #fitting(sent) {
    const { frame, text } = this.limits;
    if (!isLonger(sent.text, frame)) return [sent.text];
    const data = JSON.stringify(JSON.parse(sent.text).data);
    if (!isLonger(data, text)) return cut(data, sent.seq, frame);
    sent.text = this.#emptied(sent.text);
    return [sent.text];
  }

  /** The server found something too long that was thought not to be: the longest, then. */
  #lighten() {
    if (this.#kept.length === 0) return;
    const longest = this.#kept.reduce((one, other) => (other.text.length > one.text.length ? other : one));
    longest.text = this.#emptied(longest.text);
  }

  /** @param {string} text */
  #emptied(text) {
    this.#tell.tooLong();
    const { data, seq } = JSON.parse(text);
    return JSON.stringify({ kind: "event", data: { type: "void", id: data.id }, seq });
  }
}

// Asks the API of the replyd that this page came from.

/** Why a call was not answered. `kind`: "session" (log in), "gone" (no replyd) or "refused" (the message says why). */
export class CallError extends Error {
  constructor(kind, message, wait = null) {
    super(message);
    this.kind = kind;
    this.wait = wait;
  }
}

const longest = 40_000;

async function ask(method, path, body, signal) {
  const options = {method, credentials: "same-origin", cache: "no-store", headers: {}};
  const limit = AbortSignal.timeout(longest);
  options.signal = signal ? AbortSignal.any([signal, limit]) : limit;
  // What changes something must come from this page: no other can send this header.
  if (method !== "GET") options.headers["X-Replyd"] = "console";
  if (body !== undefined) {
    options.headers["Content-Type"] = "application/json";
    options.body = JSON.stringify(body);
  }
  let response, answer;
  try {
    response = await fetch(path, options);
    answer = await response.json();
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new CallError("gone", "replyd does not answer. It may be restarting; otherwise look at it with `replyd status` or `systemctl status replyd`.");
  }
  if (response.ok) return answer;
  const message = answer?.error?.message ?? `replyd answered with status ${response.status}`;
  if (response.status === 401 && path !== "/login") throw new CallError("session", message);
  throw new CallError("refused", message, Number(response.headers.get("Retry-After")) || null);
}

export const get = (path, signal) => ask("GET", path, undefined, signal);
export const post = (path, body) => ask("POST", path, body);

/** Work that many may ask for: done once at a time, once more where it was asked for meanwhile, and not too often: `pause` milliseconds apart. */
export function seldom(work, pause = 500) {
  let isRunning = false, isWanted = false;
  return async () => {
    isWanted = true;
    if (isRunning) return;
    isRunning = true;
    while (isWanted) {
      isWanted = false;
      await work();
      await new Promise(done => setTimeout(done, pause));
    }
    isRunning = false;
  };
}

/** A path with what of the query is not empty. */
export function withQuery(path, query) {
  const parts = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== null && value !== undefined && value !== ""));
  return parts.size ? `${path}?${parts}` : path;
}

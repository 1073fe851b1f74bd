/**
 * Where the outbox is kept: in IndexedDB, so that it outlives the tab.
 *
 * Each message is a record of its own, so that two tabs never overwrite each other's. What cannot be written is kept in
 * memory. Tabs tell each other what they wrote by a BroadcastChannel, where there is one.
 *
 * @typedef {object} Item A message that is not acknowledged.
 * @property {string} key Of this client's making.
 * @property {string} me The name of the account.
 * @property {string} room The id of the room.
 * @property {string} text
 * @property {number} [replyTo] The sequence of the message that it answers.
 * @property {number} at When it was written, in ms since 1970.
 * @property {number} order Grows from message to message, in all tabs.
 * @property {string} [reason] Why it failed, if it did; it waits for the reader then.
 *
 * @typedef {{ put: Item, removed?: undefined } | { removed: string, put?: undefined }} Change What another tab did.
 *
 * @typedef {object} Store None of its methods rejects.
 * @property {() => Promise<Item[]>} all What is kept of this account.
 * @property {(item: Item) => Promise<void>} put Keeps a new message; settles once it is durable, or cannot be.
 * @property {(item: Item) => Promise<void>} change Writes how a message stands, unless it was removed by another tab.
 * @property {(key: string) => Promise<void>} remove
 * @property {(on: (change: Change) => void) => void} watch Tells what other tabs of this account do.
 * @property {() => void} close
 */

const DATABASE = "commonroom";
const OBJECTS = "outbox";
/** The database answers in milliseconds. If it takes longer than this, the message is sent without it, in ms. */
const PATIENCE_MS = 1_000;

/**
 * Opens the outbox of an account.
 *
 * @param {string} me The name of the account.
 * @param {{ indexedDB?: IDBFactory, patienceMs?: number }} [options] For tests.
 * @returns {Promise<Store>} Never rejects: without IndexedDB it is kept in memory.
 */
export async function openOutboxStore(me, { indexedDB = factory(), patienceMs = PATIENCE_MS } = {}) {
  const store = new OutboxStore(me, { indexedDB, patienceMs });
  await store.open();
  return store;
}

/** @implements {Store} */
class OutboxStore {
  #me;
  #indexedDB;
  #patienceMs;
  /** @type {Promise<IDBDatabase> | undefined} */
  #database;
  /** While it does not answer, nobody waits for it. */
  #isStuck = false;
  /** @type {Map<string, Item>} What could not be written, or not yet. */
  #memory = new Map();
  #channel;

  /**
   * @param {string} me
   * @param {{ indexedDB: IDBFactory | undefined, patienceMs: number }} options
   */
  constructor(me, { indexedDB, patienceMs }) {
    this.#me = me;
    this.#indexedDB = indexedDB;
    this.#patienceMs = patienceMs;
    this.#channel = openChannel(`commonroom:outbox:${me}`);
  }

  async open() {
    await this.#inTime(this.#connect()).catch(() => {});
  }

  async all() {
    const range = () => IDBKeyRange.bound([this.#me], [this.#me, []]);
    /** @type {Item[]} */
    const kept = await this.#inTime(this.#transact("readonly", (objects) => objects.getAll(range()))).catch(() => []);
    return [...kept.filter(({ key }) => !this.#memory.has(key)), ...this.#memory.values()];
  }

  async put(item) {
    // Told before it is written: this tab may be closed in the next moment, and another one sends it then.
    this.#tell({ put: item });
    const writing = this.#transact("readwrite", (objects) => objects.put(item));
    await this.#inTime(writing).catch(() => {
      this.#memory.set(item.key, item);
      writing.then(() => this.#memory.delete(item.key), () => {});
    });
  }

  async change(item) {
    const isInMemory = this.#memory.has(item.key);
    if (isInMemory) this.#memory.set(item.key, item);
    // Looked up and written in one transaction: what another tab has removed meanwhile must not come back.
    const writing = this.#transact("readwrite", (objects) => {
      const looking = objects.getKey([this.#me, item.key]);
      looking.onsuccess = () => looking.result === undefined || objects.put(item);
      return looking;
    });
    const found = await this.#inTime(writing).catch(() => item.key);
    if (isInMemory || found !== undefined) this.#tell({ put: item });
  }

  async remove(key) {
    this.#tell({ removed: key });
    this.#memory.delete(key);
    // If it stays, it is sent once more when it is next found, and the server knows its key.
    await this.#inTime(this.#transact("readwrite", (objects) => objects.delete([this.#me, key]))).catch(() => {});
  }

  watch(on) {
    if (this.#channel !== undefined) this.#channel.onmessage = ({ data }) => on(data);
  }

  close() {
    this.#channel?.close();
    this.#channel = undefined;
    this.#database?.then((database) => database.close(), () => {});
    this.#database = undefined;
    this.#isStuck = true;
  }

  #tell(change) {
    this.#channel?.postMessage(change);
  }

  /**
   * Works in one transaction, and waits until it is durable. Transactions take their turn, in the order of these calls.
   *
   * @returns {Promise<any>} The result of the request.
   */
  async #transact(mode, work) {
    const database = await this.#connect();
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction(OBJECTS, mode, { durability: "strict" });
      const request = work(transaction.objectStore(OBJECTS));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error ?? new Error("The transaction was aborted"));
    });
  }

  /** The open database; opened again if it was closed, as browsers do with pages in the background. */
  #connect() {
    const forget = () => this.#database = undefined;
    this.#database ??= connect(this.#indexedDB, forget).catch((error) => {
      forget();
      throw error;
    });
    return this.#database;
  }

  /**
   * Waits for the database for a while, and not at all while it does not answer. What it was asked goes on.
   *
   * @returns {Promise<any>}
   */
  #inTime(answer) {
    return new Promise((resolve, reject) => {
      const giveUp = () => {
        this.#isStuck = true;
        reject(new Error("The database does not answer"));
      };
      const timer = this.#isStuck ? giveUp() : setTimeout(giveUp, this.#patienceMs);
      answer.finally(() => {
        clearTimeout(timer);
        this.#isStuck = false;
      }).then(resolve, reject);
    });
  }
}

function connect(indexedDB, onClose) {
  return new Promise((resolve, reject) => {
    if (indexedDB === undefined) return reject(new Error("There is no IndexedDB"));
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(OBJECTS, { keyPath: ["me", "key"] });
    request.onerror = (event) => {
      event.preventDefault();
      reject(request.error);
    };
    request.onsuccess = () => {
      const database = request.result;
      // A tab with a later version of this page must not wait for this one.
      database.onversionchange = () => {
        database.close();
        onClose();
      };
      database.onclose = onClose;
      resolve(database);
    };
  });
}

/** Some frames may not even look for it. */
function factory() {
  try {
    return globalThis.indexedDB;
  } catch {
    return undefined;
  }
}

function openChannel(name) {
  try {
    return new BroadcastChannel(name);
  } catch {
    return undefined;
  }
}

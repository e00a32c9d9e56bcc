/*
 * What the app keeps on this device: one record for each account, in IndexedDB. The keys in it cannot be exported, so
 * no script, this one included, can read them.
 */

const NAME = "authenticator";

function opened() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("accounts", { keyPath: "device" });
      asked.result.createObjectStore("words");
    };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

async function within(store, mode, act) {
  const database = await opened();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction(store, mode);
      const asked = act(transaction.objectStore(store));
      transaction.oncomplete = () => resolve(asked.result);
      transaction.onerror = () => reject(transaction.error);
      transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}

export const accounts = () => within("accounts", "readonly", (store) => store.getAll());
export const keep = (account) => within("accounts", "readwrite", (store) => store.put(account));
export const forget = (device) => within("accounts", "readwrite", (store) => store.delete(device));

/* The words of notifications, for the service worker, which has no page to take them from. */
export const keepWords = (words) => within("words", "readwrite", (store) => store.put(words, "shown"));

import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { Accounts } from "../../lib/auth/accounts.ts";
import { foldName } from "../../lib/auth/names.ts";
import { Passwords } from "../../lib/auth/passwords.ts";
import { HttpError } from "../../lib/errors.ts";
import { openStore, type Store } from "../../lib/store/mod.ts";
import { cheapPasswords, PASSWORD } from "../testing.ts";

function memory(passwords = cheapPasswords()) {
  const store = openStore(":memory:");
  return { store, accounts: accountsOf(store, passwords), [Symbol.asyncDispose]: () => store.log.close() };
}

function accountsOf({ log, accounts: view }: Store, passwords: Passwords): Accounts {
  return new Accounts({ log, view, passwords });
}

Deno.test("an account is known again by its name, however it is typed, and its password", async () => {
  await using it = memory();
  const ada = await it.accounts.make({ name: " Ada ", password: PASSWORD, role: "member" });
  assertEquals([ada.name, ada.role], ["Ada", "member"]);
  for (const name of ["Ada", "ada", "ADA", " ada ", "Ａｄａ"]) {
    assertEquals(await it.accounts.verify(name, PASSWORD), ada, name);
  }
  for (const [name, password] of [["Ada", "wrong password"], ["Bob", PASSWORD], ["", PASSWORD], ["Ada", ""]]) {
    assertEquals(await it.accounts.verify(name, password), undefined, `${name} ${password}`);
  }
  assertEquals(it.accounts.byId(ada.id), ada);
  assertEquals(it.accounts.byId("nobody"), undefined);
});

Deno.test("a name is taken once, in whatever case or width", async () => {
  await using it = memory();
  await it.accounts.make({ name: "Straße", password: PASSWORD, role: "member" });
  for (const name of ["Straße", "STRASSE", "strasse", "Ｓｔｒａßｅ"]) {
    const error = await assertRejects(
      () => it.accounts.make({ name, password: PASSWORD, role: "member" }),
      HttpError,
      "taken",
    );
    assertEquals(error.status, 409, name);
  }
});

Deno.test("of two who take a name at the same moment one gets it, and the other's password opens nothing", async () => {
  await using it = memory();
  const wanted = ["one password", "two password"].map((password) =>
    it.accounts.make({ name: "ada", password, role: "member" })
  );
  const settled = await Promise.allSettled(wanted);
  const winners = settled.flatMap((made) => made.status === "fulfilled" ? [made.value] : []);
  const losers = settled.flatMap((made) => made.status === "rejected" ? [made.reason as HttpError] : []);
  assertEquals([winners.length, losers.map(({ status }) => status)], [1, [409]]);
  const opened = await Promise.all(
    ["one password", "two password"].map((password) => it.accounts.verify("ada", password)),
  );
  assertEquals(opened.filter((account) => account !== undefined), winners);
  const secrets = (await it.store.log.read(0, 1_000)).filter(({ key }) => key.startsWith("secret/"));
  assertEquals(secrets.filter(({ body }) => body !== "" && JSON.parse(body).hash !== "").map(({ key }) => key), [
    `secret/${winners[0].id}`,
  ]);
});

Deno.test("a name or password that is not allowed makes no account", async () => {
  await using it = memory();
  for (const [name, password] of [["a", PASSWORD], ["ada lovelace", PASSWORD], ["ada", "short"]]) {
    const error = await assertRejects(() => it.accounts.make({ name, password, role: "member" }), HttpError);
    assertEquals(error.status, 422);
  }
  assertEquals(it.store.accounts.byFoldedName("ada"), undefined);
});

Deno.test("hasAdministrator() is true once there is one", async () => {
  await using it = memory();
  await it.accounts.make({ name: "ada", password: PASSWORD, role: "member" });
  assertEquals(it.accounts.hasAdministrator(), false);
  await it.accounts.make({ name: "root", password: PASSWORD, role: "administrator" });
  assertEquals(it.accounts.hasAdministrator(), true);
});

Deno.test("a password of an old cost is hashed anew when it is next typed, and only if it is right", async () => {
  await using it = memory();
  const { id } = await it.accounts.make({ name: "ada", password: PASSWORD, role: "member" });
  const before = it.store.accounts.passwordHash(id)!;
  const today = accountsOf(it.store, new Passwords({ logN: 5, r: 8, p: 1 }));
  assertEquals(await today.verify("ada", "wrong password"), undefined);
  assertEquals(it.store.accounts.passwordHash(id), before);
  assert(await today.verify("ada", PASSWORD));
  const after = it.store.accounts.passwordHash(id)!;
  assertNotEquals(after, before);
  assert(after.startsWith("scrypt$5$8$1$"));
  assert(await today.verify("ada", PASSWORD), "the new hash is of the same password");
});

Deno.test("the log holds no password, and only the newest hash of each", async () => {
  await using it = memory();
  const { id } = await it.accounts.make({ name: "ada", password: PASSWORD, role: "member" });
  const old = it.store.accounts.passwordHash(id)!;
  await accountsOf(it.store, new Passwords({ logN: 5, r: 8, p: 1 })).verify(foldName("ada"), PASSWORD);
  const written = JSON.stringify(await it.store.log.read(0, 1_000));
  assert(!written.includes(PASSWORD));
  assert(!written.includes(old), "the old hash is erased");
  assert(written.includes(it.store.accounts.passwordHash(id)!));
});

Deno.test("a password that is changed while it is verified opens nothing, and does not come back", async () => {
  await using it = memory();
  const { id } = await it.accounts.make({ name: "ada", password: PASSWORD, role: "member" });
  const today = accountsOf(it.store, new Passwords({ logN: 5, r: 8, p: 1 }));
  const [verified] = await Promise.all([
    today.verify("ada", PASSWORD),
    today.setPassword(id, "another password"),
  ]);
  assertEquals(await today.verify("ada", PASSWORD), undefined, String(verified));
  assert(await today.verify("ada", "another password"));
});

Deno.test("many who log in at once while the password is hashed anew are all let in", async () => {
  await using it = memory();
  await it.accounts.make({ name: "ada", password: PASSWORD, role: "member" });
  const today = accountsOf(it.store, new Passwords({ logN: 5, r: 8, p: 1 }));
  const verified = await Promise.all(Array.from({ length: 8 }, () => today.verify("ada", PASSWORD)));
  assertEquals(verified.map((account) => account?.name), Array(8).fill("ada"));
});

Deno.test("a name that looks like one that is taken makes no account", async () => {
  await using it = memory();
  await it.accounts.make({ name: "ada", password: PASSWORD, role: "member" });
  for (const name of ["аda", "adа", "ɑda"]) {
    const make = () => it.accounts.make({ name, password: PASSWORD, role: "member" });
    const error = await assertRejects(make, HttpError, "looks like");
    assertEquals(error.status, 409, name);
  }
});

Deno.test("of two who take names that look alike at the same moment one gets it", async () => {
  await using it = memory();
  const names = ["ada", "аda", "adа"];
  const make = (name: string) => it.accounts.make({ name, password: PASSWORD, role: "member" });
  const settled = await Promise.allSettled(names.map(make));
  assertEquals(settled.map(({ status }) => status), ["fulfilled", "rejected", "rejected"]);
  assertEquals((await make("bob")).name, "bob");
  const again = await Promise.allSettled(
    ["short", PASSWORD].map((password) =>
      it.accounts.make({ name: password === PASSWORD ? "cаrl" : "carl", password, role: "member" })
    ),
  );
  assertEquals(again.map(({ status }) => status), ["rejected", "rejected"]);
  assertEquals((await make("carl")).name, "carl", "what failed is free again");
});

Deno.test("a password that is changed while it is hashed anew opens nothing", async () => {
  await using it = memory();
  const { id } = await it.accounts.make({ name: "ada", password: PASSWORD, role: "member" });
  const passwords = new Passwords({ logN: 5, r: 8, p: 1 });
  const hash = passwords.hash.bind(passwords);
  passwords.hash = async (password) => {
    passwords.hash = hash;
    await it.accounts.setPassword(id, "another password");
    return await hash(password);
  };
  assertEquals(await accountsOf(it.store, passwords).verify("ada", PASSWORD), undefined);
  assert(await it.accounts.verify("ada", "another password"));
});

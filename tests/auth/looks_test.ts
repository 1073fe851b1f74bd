import { assertEquals, assertRejects } from "@std/assert";
import { HttpError } from "../../lib/errors.ts";
import { encodeFact, keyOf } from "../../lib/store/entries.ts";
import { PASSWORD, testApp } from "../testing.ts";

const NAMES = ["Administrator", "ADMlN", "аdmin", "moderator", "Cornmonroom", "system", "Everyone", "here", "ALL"];
const DISPLAY_NAMES = [...NAMES, "Deleted member", "deleted  mernber", "@here", "[System]", "All!", "deleted-member"];

Deno.test("nobody is called as if they spoke for the server, for all, or for nobody", async () => {
  await using it = await testApp();
  const { accounts, profiles } = it.services;
  const ada = await it.member("ada");
  for (const name of NAMES) {
    const make = () => accounts.make({ name, password: PASSWORD, role: "member" });
    assertEquals((await assertRejects(make, HttpError, "Nobody may be called so")).status, 409, name);
  }
  for (const displayName of DISPLAY_NAMES) {
    const set = () => profiles.set(ada.account, { displayName });
    assertEquals((await assertRejects(set, HttpError, "Nobody may be called so")).status, 409, displayName);
  }
  for (const displayName of ["Ali", "Where", "Systema", "The admins’ friend"]) {
    await profiles.set(ada.account, { displayName });
  }
  await profiles.set(ada.account, { displayName: "" });
  const ali = await it.member("ali");
  await assertRejects(() => profiles.set(ali.account, { displayName: "All" }), HttpError, "Nobody may be called so");
});

Deno.test("whoever runs the server may be called administrator, and whoever is called so already stays", async () => {
  await using it = await testApp();
  const { accounts, profiles } = it.services;
  const root = await accounts.make({
    name: "admin",
    password: PASSWORD,
    role: "administrator",
    isAdministrators: true,
  });
  assertEquals((await profiles.set(root, { displayName: "Admin", colour: 2 })).displayName, "Admin");
  const everyone = () =>
    accounts.make({ name: "everyone", password: PASSWORD, role: "administrator", isAdministrators: true });
  await assertRejects(everyone, HttpError, "Nobody may be called so");

  const { account: { id } } = await it.member("ada");
  await it.store.log.append(
    keyOf.profile(id),
    encodeFact({ type: "profile-set", account: id, displayName: "System" }),
  );
  assertEquals((await profiles.set({ id }, { colour: 3 })).displayName, "System");
});

Deno.test("the setup link makes an administrator of that name", async () => {
  await using it = await testApp();
  const action = it.services.setup.path()!.replace("/register", "/api/register");
  const made = await it.submit(action, { name: "administrator", password: PASSWORD });
  assertEquals(made.headers.get("location"), "/rooms/common");
});

Deno.test("somebody is found by a display name that one alone has", async () => {
  await using it = await testApp();
  const { accounts, profiles } = it.services;
  await profiles.set((await it.member("ada")).account, { displayName: "Ada Lovelace" });
  assertEquals(
    [" ADA ", "ada lovelace ", "Ada", "Ada L", ""].map((text) => accounts.nameOf(text)),
    ["ada", "ada", "ada", "Ada L", ""],
  );
});

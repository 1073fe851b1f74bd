import { assert, assertEquals, assertRejects } from "@std/assert";
import { checkDisplayName } from "../../lib/auth/profiles.ts";
import { HttpError } from "../../lib/errors.ts";
import { type Member, testApp } from "../testing.ts";

Deno.test("checkDisplayName() lets through what people are called", () => {
  const cases: ReadonlyArray<readonly [typed: string, shown: string]> = [
    ["", ""],
    ["   ", ""],
    ["Ada Lovelace", "Ada Lovelace"],
    ["  Ada \u00a0 Lovelace ", "Ada Lovelace"],
    ["A\u030Angstro\u0308m", "Ångström"],
    ["Nguyễn Văn Ánh", "Nguyễn Văn Ánh"],
    ["नमस्ते क्षत्रिय", "नमस्ते क्षत्रिय"],
    ["ผู้ใหญ่ที่", "ผู้ใหญ่ที่"],
    ["עברית", "עברית"],
    ["محمد", "محمد"],
    ["山田 太郎", "山田 太郎"],
    ["O’Neill, J. (Jr.)", "O’Neill, J. (Jr.)"],
    ["👩🏽‍💻🏳️‍🌈🇩🇪", "👩🏽‍💻🏳️‍🌈🇩🇪"],
    ["<script>alert(1)</script>", "<script>alert(1)</script>"],
    ["x".repeat(40), "x".repeat(40)],
  ];
  for (const [typed, shown] of cases) assertEquals(checkDisplayName(typed), shown, JSON.stringify(typed));
});

Deno.test("checkDisplayName() refuses what plays tricks", () => {
  const cases = [
    "x".repeat(41),
    "👩🏽‍💻".repeat(40),
    "Z\u0301\u0302\u0303\u0304a\u0304lgo",
    "evil\u202egnp.exe",
    "ada\u2066x\u2069",
    "ada\u200b",
    "ada\u200d",
    "a\u034fda",
    "\u3164\u3164",
    "\u2800",
    "two\nlines",
    "two\r\nlines",
    "two\u2028lines",
    "a\tb",
    "nul\u0000",
    "\ue000",
    "\ud800",
    "a\ufeffda",
  ];
  for (const typed of cases) {
    assertEquals(statusOf(() => checkDisplayName(typed)), 422, JSON.stringify(typed));
  }
});

Deno.test("checkDisplayName() comes to an end, whatever it is given", () => {
  for (
    const text of ["🏽".repeat(60) + "\n", "a\u0301".repeat(60) + "\n", "ก".repeat(120) + "\n", " ".repeat(100_000)]
  ) {
    assert([undefined, 422].includes(statusOf(() => checkDisplayName(text))), text.slice(0, 20));
  }
});

Deno.test("a profile is set, in part or whole, and taken back", async () => {
  await using it = await testApp();
  const { profiles, accounts } = it.services;
  const { account } = await it.member("ada");
  const set = (wanted: Parameters<typeof profiles.set>[1]) => profiles.set(accounts.byId(account.id)!, wanted);
  assertEquals(await set({ displayName: "Ada L.", colour: 3 }), { ...account, displayName: "Ada L.", colour: 3 });
  assertEquals(await set({ colour: 0 }), { ...account, displayName: "Ada L.", colour: 0 });
  assertEquals(await set({ colour: null }), { ...account, displayName: "Ada L." });
  assertEquals(await set({ displayName: "ada", colour: 1 }), { ...account, colour: 1 }, "one's own name is no other");
  assertEquals(await set({ displayName: "" }), { ...account, colour: 1 });
  for (const colour of [-1, 8, 1.5, NaN]) {
    assertEquals((await assertRejects(() => set({ colour }), HttpError)).status, 422);
  }
});

Deno.test("nobody appears as somebody else", async () => {
  await using it = await testApp();
  const { profiles } = it.services;
  const [ada, bob] = [await it.member("ada"), await it.member("bob")];
  const set = ({ account }: Member, displayName: string) => profiles.set(account, { displayName });
  await set(bob, "Charles Babbage");
  for (const taken of ["bob", "BOB", "bоb", "Charles Babbage", "Сharles  Babbage", "charles babbage"]) {
    assertEquals((await assertRejects(() => set(ada, taken), HttpError)).status, 409, taken);
  }
  assertEquals((await set(ada, "Ada")).displayName, "Ada", "like one's own name is well");
  const { accounts } = it.services;
  const make = () => accounts.make({ name: "Аda", password: "correct horse battery", role: "member" });
  assertEquals((await assertRejects(make, HttpError)).status, 409);
});

Deno.test("of two who want to look alike at the same moment one gets it", async () => {
  await using it = await testApp();
  const { profiles, accounts } = it.services;
  const [ada, bob] = [await it.member("ada"), await it.member("bob")];
  const wanted = [
    profiles.set(ada.account, { displayName: "Eve" }),
    profiles.set(bob.account, { displayName: "Еve" }),
    accounts.make({ name: "eve", password: "correct horse battery", role: "member" }),
  ];
  const settled = await Promise.allSettled(wanted);
  assertEquals(settled.map(({ status }) => status).toSorted(), ["fulfilled", "rejected", "rejected"]);
});

Deno.test("whoever is muted does not write by a display name either", async () => {
  await using it = await testApp();
  const [root, ada] = [await it.member("root", "administrator"), await it.member("ada")];
  await it.services.moderation.change(root.account, ada.account, { mutedMinutes: 10 });
  const set = () => it.services.profiles.set(ada.account, { displayName: "shout" });
  assertEquals((await assertRejects(set, HttpError)).status, 403);
});

function statusOf(check: () => unknown): number | undefined {
  try {
    check();
  } catch (error) {
    return error instanceof HttpError ? error.status : NaN;
  }
}

Deno.test("whoever is gone or banned does not appear otherwise any more", async () => {
  await using it = await testApp();
  const { profiles, moderation } = it.services;
  const [root, ada, bob] = [await it.member("root", "administrator"), await it.member("ada"), await it.member("bob")];
  await moderation.change(root.account, ada.account, { banned: true });
  await moderation.leave(bob.account);
  const status = async (account: typeof ada.account) =>
    (await assertRejects(() => profiles.set(account, { displayName: "Somebody" }), HttpError)).status;
  assertEquals([await status(ada.account), await status(bob.account)], [403, 401]);
  assert(!JSON.stringify(await it.store.log.read(0, 1_000)).includes("Somebody"));
});

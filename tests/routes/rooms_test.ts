import { assertEquals, assertStringIncludes } from "@std/assert";
import { jsonOf, testApp } from "../testing.ts";

Deno.test("rooms are made, changed, joined and left over HTTP", async () => {
  await using it = await testApp();
  const [ada, bob] = [await it.member("ada"), await it.member("bob")];
  const made = await it.post("/api/rooms", { name: "Garden", open: false }, ada);
  assertEquals(made.status, 201);
  const { room: { id, name, access } } = await jsonOf(made);
  assertEquals([name, access], ["Garden", "invited"]);
  const path = `/api/rooms/${id}`;
  assertEquals((await it.request(path, { as: bob })).status, 404);
  assertEquals((await it.post(`${path}/members`, { name: "bob" }, ada)).status, 200);
  assertEquals(await jsonOf(await it.request(`${path}/members`, { as: bob })), { members: ["ada", "bob"] });
  assertEquals((await jsonOf(await it.post(path, { name: "Park" }, ada))).room.name, "Park");
  assertEquals((await it.post(path, { archived: true }, bob)).status, 403);
  assertEquals((await it.request(`${path}/members/bob`, { method: "DELETE", as: bob })).status, 204);
  assertEquals((await it.request(path, { as: bob })).status, 404);
  const { rooms } = await jsonOf(await it.request("/api/rooms", { as: bob }));
  assertEquals(rooms.map((room: { id: string }) => room.id), ["common"]);
});

Deno.test("the forms of a room lead to its pages, and what was wrong is shown there", async () => {
  await using it = await testApp();
  const ada = await it.member("ada");
  const where = async (path: string, fields: Record<string, string>) => {
    const response = await it.submit(path, fields, ada);
    return `${response.status} ${response.headers.get("location")}`;
  };
  assertEquals(await where("/api/rooms", { name: "Garden", open: "true" }), "303 /rooms/garden");
  assertEquals(await where("/api/rooms", { name: "garden", open: "true" }), "303 /rooms/new");
  assertEquals(await where("/api/rooms/garden", { name: "Park" }), "303 /rooms/garden/settings");
  assertEquals(await where("/api/rooms/garden", { archived: "true" }), "303 /rooms/garden/settings");
  assertEquals(await where("/api/rooms/garden/members/ada/remove", {}), "303 /rooms/common");
  assertEquals(await where("/api/rooms/garden/members", {}), "303 /rooms/garden");
  assertEquals(await where("/api/direct", { name: "nobody" }), "303 /people");
  await it.member("bob");
  assertStringIncludes(await where("/api/direct", { name: "bob" }), "303 /rooms/d-");
  for (const page of ["/rooms/new", "/rooms/garden/settings", "/rooms/garden"]) {
    assertEquals((await it.request(page, { as: ada, headers: { accept: "text/html" } })).status, 200, page);
  }
});

Deno.test("messages are edited, deleted and reacted to over HTTP", async () => {
  await using it = await testApp();
  const [ada, eve] = [await it.member("ada"), await it.member("eve", "moderator")];
  const path = "/api/rooms/common/messages";
  await it.post(path, { key: "k", text: "one" }, ada);
  assertEquals((await jsonOf(await it.post(`${path}/1`, { text: "*two*" }, ada))).message.html, "<p><em>two</em></p>");
  const reacted = await jsonOf(await it.post(`${path}/1/reactions`, { emoji: "👍", on: true }, eve));
  assertEquals(reacted.message.reactions, [{ emoji: "👍", by: ["eve"] }]);
  assertEquals((await it.post(`${path}/1`, { text: "mine" }, eve)).status, 403);
  assertEquals((await it.request(`${path}/1`, { method: "DELETE", as: eve })).status, 204);
  const { message } = await jsonOf(await it.request(`${path}/1`, { as: ada }));
  assertEquals([message.text, message.reactions, message.deletedAt > 0], ["", undefined, true]);
  const { versions } = await jsonOf(await it.request(`${path}/1/history`, { as: eve }));
  assertEquals(versions.map(({ text }: { text: string }) => text), ["one", "*two*"]);
  assertEquals((await it.request(`${path}/1/history`, { as: ada })).status, 403);
  for (const seq of ["0", "x", "1.5", "-1", "1e3"]) {
    assertEquals((await it.request(`${path}/${seq}`, { as: ada })).status, 422, seq);
  }
  assertEquals((await it.request(`${path}/2`, { as: ada })).status, 404);
});

Deno.test("how far one has read is noted over HTTP", async () => {
  await using it = await testApp();
  const [ada, bob] = [await it.member("ada"), await it.member("bob")];
  for (const key of ["a", "b"]) await it.post("/api/rooms/common/messages", { key, text: key }, ada);
  assertEquals((await it.post("/api/rooms/common/read", { seq: 1 }, bob)).status, 204);
  assertEquals((await jsonOf(await it.request("/api/rooms/common", { as: bob }))).room.read, 1);
  assertEquals((await it.post("/api/rooms/common/read", { seq: 0 }, bob)).status, 422);
  assertEquals((await it.post("/api/rooms/nowhere/read", { seq: 1 }, bob)).status, 404);
});

Deno.test("messages are had around one, from a time on, before and after, and it is said whether there are more", async () => {
  await using it = await testApp();
  const ada = await it.member("ada");
  for (let seq = 1; seq <= 9; seq++) await it.post("/api/rooms/common/messages", { key: `k${seq}`, text: "m" }, ada);
  const get = async (query: string) => {
    const { messages, more } = await jsonOf(await it.request(`/api/rooms/common/messages?${query}`, { as: ada }));
    return `${messages.map(({ seq }: { seq: number }) => seq)} ${more}`;
  };
  assertEquals(await get("limit=3"), "7,8,9 true");
  assertEquals(await get("before=3&limit=3"), "1,2 false");
  assertEquals(await get("after=6&limit=3"), "7,8,9 false");
  assertEquals(await get("at=5&limit=3"), "4,5,6 true");
  assertEquals(await get("from=0&limit=3"), "1,2,3 true");
  assertEquals((await it.request("/api/rooms/common/messages?at=x", { as: ada })).status, 422);
});

// masto, as published, against a running server: from its registration to what it hears over a WebSocket.
// Speaks lines of JSON with the test that started it: {"authorize": address} out, the code in; at the end {"done": true}.
import assert from "node:assert/strict";
import { createInterface } from "node:readline";
import { readFile } from "node:fs/promises";
import { createOAuthAPIClient, createRestAPIClient, createStreamingAPIClient } from "masto";

const [url, friendToken, filmPath] = process.argv.slice(2);
const scopes = "read write follow push";
const redirectUri = "urn:ietf:wg:oauth:2.0:oob";
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const say = (message) => console.log(JSON.stringify(message));

// An application, and a token by the page that a person sees.
const app = await createRestAPIClient({ url }).v1.apps.create({ clientName: "masto", redirectUris: redirectUri, scopes });
const asked = new URLSearchParams({
  client_id: app.clientId, redirect_uri: redirectUri, response_type: "code", scope: scopes,
});
say({ authorize: `${url}/oauth/authorize?${asked}` });
const code = (await lines.next()).value;
const oauth = createOAuthAPIClient({ url });
const token = await oauth.token.create({
  grantType: "authorization_code", clientId: app.clientId, clientSecret: app.clientSecret, redirectUri, code, scope: scopes,
});
const grace = createRestAPIClient({ url, accessToken: token.accessToken });
const friend = createRestAPIClient({ url, accessToken: friendToken });
const me = await grace.v1.accounts.verifyCredentials();
const instance = await grace.v2.instance.fetch();
assert.ok(instance.version.startsWith("4."));

// Streaming, over masto's own WebSocket.
const heard = [];
const streams = createStreamingAPIClient({
  streamingApiUrl: instance.configuration.urls.streaming, accessToken: token.accessToken, implementation: globalThis.WebSocket,
});
const user = streams.user.subscribe();
const listening = (async () => { for await (const event of user) heard.push(event); })();
const hear = async (what, matches) => {
  for (let tries = 0; tries < 300; tries++) {
    const found = heard.find(matches);
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`never heard ${what}; heard ${heard.map((event) => event.event)}`);
};

// Post, with a film that is converted while masto waits for it.
const description = "a test card";
const film = new File([await readFile(filmPath)], "film.mkv", { type: "video/x-matroska" });
const media = await grace.v2.media.create({ file: film, description });
assert.ok(media.url && media.blurhash);
assert.equal(media.type, "video");
const filmed = await grace.v1.statuses.create({ status: "Look", mediaIds: [media.id], spoilerText: "a film", language: "en" });
assert.deepEqual(filmed.mediaAttachments.map((one) => [one.id, one.description]), [[media.id, description]]);
await hear("one's own status", (event) => event.event === "update" && event.payload.id === filmed.id);

// What a friend does is heard, and read.
await friend.v1.accounts.$select(me.id).follow();
await friend.v1.statuses.$select(filmed.id).favourite();
const notice = await hear("the favourite", (event) => event.event === "notification" && event.payload.type === "favourite");
assert.equal(notice.payload.status.id, filmed.id);
const reply = await friend.v1.statuses.create({ status: `@${me.username} Well done`, inReplyToId: filmed.id });
await hear("the reply", (event) => event.event === "notification" && event.payload.status?.id === reply.id);
const types = (await grace.v1.notifications.list()).map((one) => one.type);
assert.ok(["follow", "favourite", "mention"].every((type) => types.includes(type)), types.join());
assert.deepEqual((await grace.v1.statuses.$select(filmed.id).context.fetch()).descendants.map((one) => one.id), [reply.id]);

// Pages of a timeline, by the Link header.
const posted = [];
for (let number = 0; number < 5; number++) posted.push((await friend.v1.statuses.create({ status: `number ${number}` })).id);
const author = (await friend.v1.accounts.verifyCredentials()).id;
const pages = [];
for await (const page of grace.v1.accounts.$select(author).statuses.list({ limit: 2, excludeReplies: true })) {
  pages.push(page.map((one) => one.id));
}
assert.deepEqual(pages.flat(), [...posted].reverse());
assert.ok(pages.every((page) => page.length <= 2));
assert.ok((await grace.v1.timelines.home.list()).some((one) => one.id === filmed.id));
assert.ok((await grace.v1.timelines.public.list({ local: true })).some((one) => one.id === posted[4]));

// Favourite, bookmark, boost, and back.
const status = grace.v1.statuses.$select(posted[4]);
assert.equal((await status.favourite()).favouritesCount, 1);
assert.equal((await status.bookmark()).bookmarked, true);
assert.equal((await status.reblog()).reblog.id, posted[4]);
assert.deepEqual((await grace.v1.favourites.list()).map((one) => one.id), [posted[4]]);
assert.deepEqual((await grace.v1.bookmarks.list()).map((one) => one.id), [posted[4]]);
assert.equal((await status.unreblog()).reblogged, false);
assert.equal((await status.unfavourite()).favouritesCount, 0);

// Another stream on the same connection, and a deletion.
const tagged = streams.hashtag.subscribe({ tag: "masto" });
const first = tagged.values().next();
await new Promise((resolve) => setTimeout(resolve, 500));
const withTag = await friend.v1.statuses.create({ status: "Hello #masto" });
assert.equal((await first).value.payload.id, withTag.id);
await grace.v1.statuses.$select(filmed.id).remove();
await hear("the deletion", (event) => event.event === "delete" && event.payload === filmed.id);

user.unsubscribe();
streams.close();
await oauth.revoke({ clientId: app.clientId, clientSecret: app.clientSecret, token: token.accessToken });
await assert.rejects(grace.v1.accounts.verifyCredentials(), { statusCode: 401 });
say({ done: true });
process.exit(0);

// googleapis, as it comes, against a Google simulator. Reads what `manage.py simulators` told on standard input and
// prints what it found. It asserts nothing: what must hold stands in test_foreign_clients.py.
import { readFileSync } from "node:fs";
import { google } from "googleapis";

const there = JSON.parse(readFileSync(0, "utf8")).google;
const address = Object.keys(there.accounts)[0];
const rootUrl = `${there.url}/`;

const auth = new google.auth.OAuth2({
  clientId: there.client_id,
  clientSecret: there.client_secret,
  endpoints: { oauth2TokenUrl: there.accounts[address].token_uri },
});
auth.setCredentials({ refresh_token: there.accounts[address].refresh_token });

async function refused(ask) {
  try {
    await ask();
  } catch (error) {
    return [error.status, error.response?.data?.error?.errors?.[0]?.reason ?? error.response?.data?.error];
  }
  return null;
}

function message(subject) {
  const lines = ["From: Eve <eve@acme.example>", `To: ${address}`, `Subject: ${subject}`, "", "Grüße"];
  return Buffer.from(lines.join("\r\n")).toString("base64url");
}

const me = { userId: "me" };
const gmail = google.gmail({ version: "v1", auth, rootUrl });
const before = (await gmail.users.getProfile(me)).data;
for (const subject of ["one", "two", "three"]) {
  await gmail.users.messages.insert({ ...me, requestBody: { raw: message(subject), labelIds: ["INBOX"] } });
}
const listed = (await gmail.users.messages.list({ ...me, maxResults: 2 })).data;
const rest = (await gmail.users.messages.list({ ...me, maxResults: 2, pageToken: listed.nextPageToken })).data;
const got = (await gmail.users.messages.get({ ...me, id: listed.messages[0].id, format: "full" })).data;
const history = (await gmail.users.history.list({ ...me, startHistoryId: before.historyId })).data;

const primary = { calendarId: "primary" };
const calendar = google.calendar({ version: "v3", auth, rootUrl });
const times = { start: { dateTime: "2031-03-03T10:00:00Z" }, end: { dateTime: "2031-03-03T11:00:00Z" } };
const inserted = await calendar.events.insert({
  ...primary,
  requestBody: { id: "0123456789abcdef", summary: "Renewal", ...times },
});
const full = (await calendar.events.list(primary)).data;
const patched = await calendar.events.patch({
  ...primary,
  eventId: inserted.data.id,
  requestBody: { summary: "Renewal, moved" },
});
const changed = (await calendar.events.list({ ...primary, syncToken: full.nextSyncToken })).data;

console.log(
  JSON.stringify({
    address: before.emailAddress,
    pages: [listed.messages.length, rest.messages.length],
    subject: got.payload.headers.find((each) => each.name === "Subject").value,
    text: Buffer.from(got.payload.body.data, "base64url").toString(),
    added: history.history.flatMap((each) => each.messagesAdded ?? []).length,
    inserted: inserted.data.id,
    full: full.items.map((each) => each.summary),
    changed: changed.items.map((each) => each.summary),
    etag_moved: inserted.data.etag !== patched.data.etag,
    taken_id: await refused(() => calendar.events.insert({ ...primary, requestBody: { id: "0123456789abcdef", ...times } })),
    old_history: await refused(() => gmail.users.history.list({ ...me, startHistoryId: "1" })),
    bad_sync_token: await refused(() => calendar.events.list({ ...primary, syncToken: "nonsense" })),
    bad_refresh: await refused(() => {
      const other = new google.auth.OAuth2({ clientId: there.client_id, clientSecret: there.client_secret });
      other.endpoints.oauth2TokenUrl = there.accounts[address].token_uri;
      other.setCredentials({ refresh_token: "1//never-given" });
      return google.gmail({ version: "v1", auth: other, rootUrl }).users.getProfile(me);
    }),
  }),
);

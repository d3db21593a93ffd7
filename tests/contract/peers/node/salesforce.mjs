// jsforce, as it comes, against a Salesforce simulator. Reads what `manage.py simulators` told on standard input and
// prints what it found. It asserts nothing: what must hold stands in test_foreign_clients.py.
import { readFileSync } from "node:fs";
import jsforce from "jsforce";

const there = JSON.parse(readFileSync(0, "utf8")).salesforce;
const version = "66.0";

async function refused(ask) {
  try {
    await ask();
  } catch (error) {
    return error.errorCode ?? error.name;
  }
  return null;
}

const signedIn = new jsforce.Connection({
  version,
  oauth2: { clientId: there.client_id, clientSecret: there.client_secret, loginUrl: there.url },
});
const who = await signedIn.authorize({ grant_type: "client_credentials" });

const salesforce = new jsforce.Connection({ version, instanceUrl: there.url, accessToken: there.access_token });
const contacts = salesforce.sobject("Contact");
const made = await contacts.create({ LastName: "Núñez", Email: "nunez@acme.example" });
const several = await contacts.create([{ LastName: "One" }, { FirstName: "Without" }, { LastName: "Three" }]);
await contacts.update({ Id: made.id, FirstName: "O'Neill" });
const leads = salesforce.sobject("Lead");
const lead = { Syncapp_Key__c: "abc", LastName: "Key", Company: "Acme" };
const upserted = await leads.upsert(lead, "Syncapp_Key__c");
const again = await leads.upsert({ ...lead, LastName: "Key2" }, "Syncapp_Key__c");
const found = await contacts.find({ FirstName: "O'Neill" }, ["Id", "Name", "Email"]);
const counted = await salesforce.query("SELECT COUNT() FROM Contact WHERE LastName IN ('One', 'Three')");
const described = await leads.describe();
const versions = await (await fetch(`${there.url}/services/data`)).json();
const composite = await salesforce.requestPost(`/services/data/v${version}/composite`, {
  allOrNone: false,
  compositeRequest: [
    { method: "GET", referenceId: "q", url: `/services/data/v${version}/query?q=SELECT+Id+FROM+Lead` },
  ],
});
await contacts.destroy(made.id);

console.log(
  JSON.stringify({
    organization: who.organizationId,
    made: made.success,
    several: several.map((each) => each.success),
    reasons: several.flatMap((each) => each.errors.map((error) => error.statusCode ?? error.errorCode)),
    created: [upserted.created, again.created],
    same_record: upserted.id === again.id,
    found: found.map((each) => each.Name),
    counted: counted.totalSize,
    key_is_unique: described.fields.find((each) => each.name === "Syncapp_Key__c").unique,
    versions: versions.map((each) => each.version),
    composite: composite.compositeResponse.map((each) => each.httpStatusCode),
    used: salesforce.limitInfo.apiUsage.used > 0,
    gone: await refused(() => contacts.retrieve(made.id)),
    unknown_field: await refused(() => salesforce.query("SELECT Nonsense FROM Contact")),
    bad_token: await refused(() =>
      new jsforce.Connection({ version, instanceUrl: there.url, accessToken: "00D!stale" }).query("SELECT Id FROM Lead"),
    ),
  }),
);

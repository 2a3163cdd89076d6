// A real OpenID provider for the tests: it signs in whoever the tests say, how they say.
import { createServer } from "node:http";
import { generateKeyPairSync, randomUUID } from "node:crypto";
import { Provider } from "oidc-provider";

const [port, redirectUri] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;
let person = {};

const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const key = { ...privateKey.export({ format: "jwk" }), kid: randomUUID(), use: "sig", alg: "RS256" };

const provider = new Provider(issuer, {
  clients: [{
    client_id: "haven", client_secret: "provider-secret-of-the-tests", redirect_uris: [redirectUri],
    grant_types: ["authorization_code"], response_types: ["code"],
  }],
  jwks: { keys: [key] },
  cookies: { keys: ["cookies-of-the-tests"] },
  claims: { openid: ["sub", "acr", "amr", "auth_time"], profile: ["preferred_username", "groups"] },
  conformIdTokenClaims: false,
  pkce: { required: () => true },
  features: { devInteractions: { enabled: false } },
  findAccount: (_ctx, sub) => ({ accountId: sub, claims: () => ({ sub, ...person.claims }) }),
  interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
});

async function interact(request, response) {
  const { prompt, params, session, grantId } = await provider.interactionDetails(request, response);
  let result;
  if (prompt.name === "login") {
    result = { login: { accountId: person.sub, amr: person.amr, acr: person.acr } };
  } else {
    const grant = grantId ? await provider.Grant.find(grantId)
      : new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
    grant.addOIDCScope(params.scope);
    result = { consent: { grantId: await grant.save() } };
  }
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: true });
}

const answer = provider.callback();
createServer((request, response) => {
  if (request.method === "PUT" && request.url === "/person") {
    let said = "";
    request.on("data", (part) => { said += part; });
    request.on("end", () => { person = JSON.parse(said); response.end(); });
  } else if (request.url.startsWith("/interaction/")) {
    interact(request, response).catch((error) => { response.statusCode = 500; response.end(String(error)); });
  } else {
    answer(request, response);
  }
}).listen(Number(port), "127.0.0.1", () => console.log("ready"));

// SPDX-License-Identifier: GPL-3.0-or-later
// The sign-in server of the tests: node provider.mjs SETTINGS.json. A client proves who it is with a
// private_key_jwt; a token for an S3 gateway or a FHIR server comes back, signed with RS256.
import Provider from 'oidc-provider';
import crypto from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';

const settings = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));

// Ceph's gateway proves a token by the certificate beside the key, and knows that by its thumbprint.
function signingKey() {
  const key = crypto.createPrivateKey(fs.readFileSync(settings.signing_key)).export({ format: 'jwk' });
  const certificate = new crypto.X509Certificate(fs.readFileSync(settings.signing_certificate));
  return { ...key, x5c: [certificate.raw.toString('base64')], kid: 'tests-1', alg: 'RS256', use: 'sig' };
}

const provider = new Provider(settings.issuer, {
  jwks: { keys: [signingKey()] },
  enabledJWA: { clientAuthSigningAlgValues: ['ES384', 'RS384'] },
  clientAuthMethods: ['private_key_jwt'],
  scopes: ['openid', ...settings.scopes],
  clockTolerance: settings.clock_tolerance,
  features: {
    clientCredentials: { enabled: true },
    devInteractions: { enabled: false },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => settings.resources[0],
      getResourceServerInfo: (context, resource) => {
        if (!settings.resources.includes(resource)) throw new Error('no such resource');
        return {
          scope: settings.scopes.join(' '),
          audience: resource,
          accessTokenFormat: 'jwt',
          accessTokenTTL: settings.lifetime,
          jwt: { sign: { alg: 'RS256' } },
        };
      },
    },
  },
  extraTokenClaims: (context, token) => ({ sub: token.clientId, app_id: token.aud }),
  clients: settings.clients.map((client) => ({
    client_id: client.client_id,
    token_endpoint_auth_method: 'private_key_jwt',
    token_endpoint_auth_signing_alg: client.key.crv === 'P-384' ? 'ES384' : 'RS384',
    grant_types: ['client_credentials'],
    response_types: [],
    redirect_uris: [],
    jwks: { keys: [client.key] },
  })),
});
provider.proxy = true;

// SMART on FHIR looks for its own document.
const answer = provider.callback();
const handler = (request, response) => {
  console.log(`${new Date().toISOString()} ${request.method} ${request.url.split('?')[0]}`);
  if (request.url === '/.well-known/smart-configuration') {
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify({
      token_endpoint: `${settings.issuer}/token`,
      token_endpoint_auth_methods_supported: ['private_key_jwt'],
      token_endpoint_auth_signing_alg_values_supported: ['ES384', 'RS384'],
      scopes_supported: settings.scopes,
      capabilities: ['client-confidential-asymmetric'],
      jwks_uri: `${settings.issuer}/jwks`,
      grant_types_supported: ['client_credentials'],
    }));
    return;
  }
  request.headers['x-forwarded-proto'] = 'https';
  answer(request, response);
};
const tls = { key: fs.readFileSync(settings.key), cert: fs.readFileSync(settings.certificate) };
https.createServer(tls, handler).listen(settings.port_tls, '127.0.0.1');
http.createServer(handler).listen(settings.port, '127.0.0.1', () => console.log('ready'));

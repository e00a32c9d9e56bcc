// node oidc-provider, beside which tokens are measured: its own adapter in memory, two clients, and
// for one of them the refresh token of a person. Listens on the port that is its first argument.
import { generateKeyPairSync } from 'node:crypto';
import Provider from 'oidc-provider';

const [port, secret, refreshToken] = process.argv.slice(2);
const resource = 'https://api.contoso.test';
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

const provider = new Provider(`http://localhost:${port}`, {
  jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256' }] },
  clients: [
    {
      client_id: 'script',
      client_secret: secret,
      token_endpoint_auth_method: 'client_secret_post',
      grant_types: ['client_credentials'],
      response_types: [],
      redirect_uris: [],
    },
    {
      client_id: 'tool',
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
      redirect_uris: ['https://tool.contoso.test/back'],
    },
  ],
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, name: 'Robin Ashby' }) }),
  rotateRefreshToken: true,
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      defaultResource: () => resource,
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({
        scope: 'User.Read',
        accessTokenFormat: 'jwt',
        jwt: { sign: { alg: 'RS256' } },
      }),
    },
  },
});

const person = { accountId: 'robin', clientId: 'tool' };
const grant = new provider.Grant(person);
grant.addOIDCScope('openid profile offline_access');
grant.addResourceScope(resource, 'User.Read');
await new provider.RefreshToken({
  ...person,
  jti: refreshToken,
  grantId: await grant.save(),
  client: await provider.Client.find('tool'),
  gty: 'authorization_code',
  scope: 'openid profile offline_access User.Read',
  resource,
  authTime: Math.floor(Date.now() / 1000),
}).save();

provider.listen(Number(port), '127.0.0.1');

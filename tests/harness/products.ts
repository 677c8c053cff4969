/*
 * Claims of access tokens as identity products write them, by their own documentation; dates are left to the tests.
 */

/** Keycloak 26, "Server Developer Guide"; the claim typ tells its kinds of token apart. */
export const keycloak = {
  jti: 'onrtac:4d2e8b3f-0a9b-4c64-9e6e-0f0d7a1a2b3c',
  iss: 'https://sso.example.com/realms/acme',
  aud: ['warehouse', 'account'],
  sub: 'f4c1d3a2-6d5e-4f3b-8a7c-1b2d3e4f5a6b',
  typ: 'Bearer',
  azp: 'shop',
  sid: '0b5c1c0e-7e55-44e3-9a55-3a3c2f5d9f10',
  acr: '1',
  'allowed-origins': ['https://shop.example.com'],
  realm_access: { roles: ['offline_access', 'buyer'] },
  resource_access: { warehouse: { roles: ['picker'] }, account: { roles: ['view-profile'] } },
  scope: 'openid list_items email',
  email_verified: true,
  preferred_username: 'alice',
  email: 'alice@example.com',
} as const

const tenant = '11111111-2222-3333-4444-555555555555'

/** Microsoft identity platform, "Access token claims reference", version 2.0. */
export const entraV2 = {
  aud: '0a1b2c3d-0000-1111-2222-333344445555',
  iss: `https://login.microsoftonline.com/${tenant}/v2.0`,
  aio: 'AXQAi/8IAAAA',
  azp: '99998888-7777-6666-5555-444433332222',
  azpacr: '1',
  name: 'Alice',
  oid: 'aaaabbbb-cccc-dddd-eeee-ffff00001111',
  preferred_username: 'alice@example.com',
  rh: '0.AX0A',
  roles: ['Warehouse.Admin'],
  scp: 'Items.Read Orders.Write',
  sub: 'pairwise-HKZpfaHyWadeOouYlitjrI-KffTm222X5rrV3xDqfKQ',
  tid: tenant,
  uti: 'fqiBqXLPj0eQa82S-IYFAA',
  ver: '2.0',
} as const

/** The same, version 1.0: another issuer, which ends in a slash, and appid for azp. */
export const entraV1 = {
  aud: 'api://0a1b2c3d-0000-1111-2222-333344445555',
  iss: `https://sts.windows.net/${tenant}/`,
  appid: '99998888-7777-6666-5555-444433332222',
  appidacr: '0',
  idp: `https://sts.windows.net/${tenant}/`,
  oid: 'aaaabbbb-cccc-dddd-eeee-ffff00001111',
  scp: 'Items.Read',
  sub: 'pairwise-l3_roISQU222bULS9yi2k0XpqpOiMz5H3ZACo1GeXA',
  tid: tenant,
  unique_name: 'alice@example.com',
  uti: 'fqiBqXLPj0eQa82S-IYFAA',
  ver: '1.0',
} as const

/** Auth0, "Access Tokens" and "Enable Role-Based Access Control for APIs"; the issuer ends in a slash. */
export const auth0 = {
  'https://example.com/roles': ['buyer'],
  iss: 'https://acme.eu.auth0.com/',
  sub: 'auth0|5f7c8ec7c33c6c004bbafe82',
  aud: ['https://warehouse.example.com', 'https://acme.eu.auth0.com/userinfo'],
  azp: 'my_client_id',
  scope: 'openid profile order_item',
  permissions: ['list_items'],
} as const

/** Amazon Cognito, "Understanding the access token": no aud, and token_use says what it is. */
export const cognito = {
  sub: 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee',
  'cognito:groups': ['buyers', 'clerks'],
  iss: 'https://cognito-idp.us-east-1.amazonaws.com/us-east-1_example',
  version: 2,
  client_id: '7s8d9f0a1b2c3d4e5f6g7h8i9j',
  origin_jti: 'aaaaaaaa-bbbb-cccc-dddd-ffffffffffff',
  event_id: '64f513be-32db-42b0-b78e-b02127b4f463',
  token_use: 'access',
  scope: 'warehouse/list_items openid',
  auth_time: 1_768_478_000,
  jti: 'aaaaaaaa-bbbb-cccc-dddd-000000000000',
  username: 'alice',
} as const

/** The warehouse API of the documents behind a gateway: `GET /items` wants list_items, `POST /orders` order_item. */
export const warehouseYaml = (to: string, more = '') => `
sallyport: 1
gateway: { http: 0 }
issuers:
  staff: { issuer: https://id.example.com, audience: warehouse, keys: { file: ./jwks.json } }
apis:
  warehouse:
    path: /warehouse
    identify: { jwt: staff }
    forward: { to: "${to}" }
    operations:
      GET /items: { authorize: { scopes: [list_items] } }
      GET /items/{id}: { authorize: { scopes: [list_items] } }
      POST /orders: { authorize: { scopes: [order_item] } }
${more}`

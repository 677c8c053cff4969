/** A gateway whose limits lie behind `counters`, a member of `gateway`; `open` has none and tells nobody apart. */
export const countedYaml = (to: string, counters: string, gateway = '') => `
sallyport: 1
gateway: { http: 0, management: 0, counters: ${counters}${gateway} }
users: ./users.yaml
apis:
  shop:
    path: /shop
    identify: anonymous
    authorize: anyone
    forward: { to: "${to}" }
    operations:
      GET /few: { limit: { few: { allow: 3/day, per: everyone }, wide: { allow: 4/day, per: everyone } } }
      GET /wide: { limit: { wide: { allow: 4/day, per: everyone } } }
      GET /race: { limit: { race: { allow: 7/day, per: everyone } } }
      GET /slow: { limit: { slow: { concurrent: 1, per: everyone } } }
      GET /edge: { admit: { limit: { edge: { allow: 2/day, per: ip } } } }
      GET /open: {}
      GET /mine: { identify: { basic: {} } }
`

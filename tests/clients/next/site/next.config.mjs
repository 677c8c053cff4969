export default {
  basePath: '/shop',
  serverExternalPackages: ['@sallyport/sdk'],
  // Packages of the checkout are symbolic links, which may lead anywhere.
  turbopack: { root: '/' },
}

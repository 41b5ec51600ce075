/**
 * Replaces zod in the page, where it would take half a megabyte. Charts import guards from modules that also declare schemas.
 * With this object a schema can be declared, and an attempt to parse throws.
 */
const nothing: object = new Proxy(() => nothing, {
  get(_, name) {
    if (typeof name === 'string' && /parse|decode/i.test(name)) throw new Error('Nothing is parsed in the page.');
    return nothing;
  },
});

export { nothing as z };

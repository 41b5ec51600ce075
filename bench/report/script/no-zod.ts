/**
 * In the place of zod in the page: modules that charts take a guard from declare their schemas beside it, and half a
 * megabyte would come with them. Here a schema is only declared. What would parse throws.
 */
const nothing: object = new Proxy(() => nothing, {
  get(_, name) {
    if (typeof name === 'string' && /parse|decode/i.test(name)) throw new Error('Nothing is parsed in the page.');
    return nothing;
  },
});

export { nothing as z };

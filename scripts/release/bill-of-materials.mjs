/**
 * npm's CycloneDX document of the repository, made one of the command's package: npm describes the
 * folder it runs in, and calls a workspace by the name of its folder.
 */
export function billOf(name, document) {
  const components = document.components.map((one) => ({ ...one, name: nameOf(one) }));
  const component = components.find((one) => one.name === name);
  const outermost = document.metadata.component['bom-ref'];
  return {
    ...document,
    metadata: { ...document.metadata, component },
    components: components.filter((one) => one !== component),
    dependencies: document.dependencies.filter(({ ref }) => ref !== outermost),
  };
}

/** A reference is `name@version`; a name may begin with an @. */
const nameOf = (component) => component['bom-ref'].replace(/(?<=.)@.*$/, '');

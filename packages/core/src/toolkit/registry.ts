import 'reflect-metadata/lite';
import { type DependencyContainer, container as rootContainer } from 'tsyringe';
import { VmcorekitError } from '../errors.ts';
import type { Plugin } from '../plugin.ts';
import { type Contributions, type ExtensionPoint, extensionPoints, tokenOf } from './tokens.ts';

/**
 * The composition root: all plug-ins of one toolkit, registered under one token an extension point, in order. The only place that
 * knows the dependency-injection container.
 */
export class Registry {
  readonly plugins: readonly Plugin[];
  readonly #container: DependencyContainer = rootContainer.createChildContainer();
  readonly #contributors: Map<object, string> = new Map();

  /** Throws `name-clash` where two plug-ins, or two contributions to one extension point, bear the same name. */
  constructor(plugins: readonly Plugin[]) {
    this.plugins = plugins;
    claimNames('plug-in', plugins, (plugin) => plugin.name);
    for (const point of Object.keys(extensionPoints) as ExtensionPoint[]) {
      this.#register(point);
    }
  }

  /** Every contribution to an extension point, in order of registration. */
  all<Point extends ExtensionPoint>(point: Point): readonly Contributions[Point][] {
    const token = tokenOf(point);
    return this.#container.isRegistered(token) ? this.#container.resolveAll(token) : [];
  }

  /** The contribution of that name. Throws `unknown-name`, listing those there are. */
  named<Point extends ExtensionPoint>(point: Point, name: string): Contributions[Point] {
    const found = this.all(point).find((contribution) => contribution.name === name);
    if (found === undefined) {
      throw new VmcorekitError('unknown-name', {
        kind: extensionPoints[point],
        name,
        known: this.all(point).map((contribution) => contribution.name),
      });
    }
    return found;
  }

  /** The name of the plug-in that contributed it. */
  contributorOf(contribution: object): string | undefined {
    return this.#contributors.get(contribution);
  }

  #register(point: ExtensionPoint): void {
    const entries = this.plugins.flatMap((plugin) =>
      ((plugin[point] ?? []) as readonly Contributions[ExtensionPoint][]).map((contribution) => ({ plugin, contribution })),
    );
    claimNames(
      extensionPoints[point],
      entries,
      (entry) => entry.contribution.name,
      (entry) => entry.plugin.name,
    );
    for (const { plugin, contribution } of entries) {
      this.#container.register(tokenOf(point), { useValue: contribution });
      this.#contributors.set(contribution, plugin.name);
    }
  }
}

function claimNames<Entry>(
  kind: string,
  entries: readonly Entry[],
  nameOf: (entry: Entry) => string,
  ownerOf: (entry: Entry) => string = nameOf,
): void {
  const owners = new Map<string, string>();
  for (const entry of entries) {
    const first = owners.get(nameOf(entry));
    if (first !== undefined) {
      throw new VmcorekitError('name-clash', { kind, name: nameOf(entry), first, second: ownerOf(entry) });
    }
    owners.set(nameOf(entry), ownerOf(entry));
  }
}

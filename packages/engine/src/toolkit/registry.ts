import 'reflect-metadata/lite';
import {
  type Contributions,
  checkNames,
  type ExtensionPoint,
  extensionPoints,
  type Plugin,
  VmcorekitError,
  withoutDisplaced,
} from '@vmcorekit/core';
import {
  type DependencyContainer,
  type InjectionToken,
  container as rootContainer,
} from 'tsyringe';

const tokens = Object.fromEntries(
  Object.keys(extensionPoints).map((point) => [point, Symbol(point)]),
) as Readonly<Record<ExtensionPoint, symbol>>;

/** The container token of an extension point; all contributions to it are registered under it. */
function tokenOf<Point extends ExtensionPoint>(point: Point): InjectionToken<Contributions[Point]> {
  return tokens[point];
}

/**
 * The composition root: all plug-ins of one toolkit, in order, registered under one token for each
 * extension point. Only this file knows the dependency-injection container.
 */
export class Registry {
  readonly plugins: readonly Plugin[];
  readonly #container: DependencyContainer = rootContainer.createChildContainer();
  readonly #contributors: Map<object, string> = new Map();

  /**
   * Throws `name-clash` where two plug-ins, or two contributions to one extension point, have the
   * same name. A kind that is only recognized gives way to one that can be read.
   */
  constructor(plugins: readonly Plugin[]) {
    checkNames(plugins);
    this.plugins = withoutDisplaced(plugins);
    for (const point of Object.keys(extensionPoints) as ExtensionPoint[]) {
      this.#register(point);
    }
  }

  /** Every contribution to an extension point, in order of registration. */
  all<Point extends ExtensionPoint>(point: Point): readonly Contributions[Point][] {
    const token = tokenOf(point);
    return this.#container.isRegistered(token) ? this.#container.resolveAll(token) : [];
  }

  /** The contribution of that name. Throws `unknown-name` with a list of the known ones. */
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
    for (const plugin of this.plugins) {
      for (const contribution of plugin[point] ?? []) {
        this.#container.register(tokenOf(point), { useValue: contribution });
        this.#contributors.set(contribution, plugin.name);
      }
    }
  }
}

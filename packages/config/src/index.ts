export { checkRules, withoutUnknownHeuristics } from './check-rules.ts';
export * from './config.ts';
export { type ConfigFile, type KeyPath, keyText } from './config-file.ts';
export * from './configuration.ts';
export { type DumpFacts, dumpFacts, withVerdict } from './dump-facts.ts';
export { type ConfigurationRequest, filesOf, loadConfiguration } from './load-configuration.ts';
export {
  type FailedPlugin,
  type LoadedPlugin,
  loadPlugins,
  type PluginOutcome,
} from './load-plugins.ts';
export type { ConditionOutcome } from './match-rule.ts';
export { namingSettings } from './place-settings.ts';
export { configSchema } from './schema.ts';
export {
  type EffectiveSettings,
  type HeuristicSetting,
  type Settings,
  settingsFor,
  type TriedRule,
} from './settings.ts';
export { starter } from './starter.ts';
export { TrustStore } from './trust.ts';
export { type Environment, userFolder } from './user-folder.ts';

export { developmentDefaults } from './development-defaults.ts';
export { fromEnv } from './env/from-env.ts';
export type { Environment } from './env/variable.ts';
export { explain } from './explain.ts';
export type {
  FileSettings,
  MonitoringSettings,
  PresetOptions,
  RedisSettings,
  SharedTierChoice,
} from './preset-options.ts';
export { productionDefaults } from './production-defaults.ts';
export { serverlessDefaults } from './serverless-defaults.ts';
export { testDefaults } from './test-defaults.ts';

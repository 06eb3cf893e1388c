import { defineProject } from 'vitest/config';
import { fromSource } from '../../vitest.shared.ts';

const project = fromSource('presets');

/** Optional packages are required by Node itself, which has to take them from their source too. */
const execArgv = ['--conditions=@uno-cache/source'];

export default defineProject({ ...project, test: { ...project.test, execArgv } });

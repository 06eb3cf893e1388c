import { violationsOf } from './boundaries.ts';
import { publicPackages } from './workspace.ts';

const packages = publicPackages();
const violations = packages.flatMap(violationsOf);

for (const violation of violations) console.error(violation);
if (violations.length > 0) process.exitCode = 1;
else console.log(`No import points back in ${packages.map(({ folder }) => folder).join(', ')}.`);

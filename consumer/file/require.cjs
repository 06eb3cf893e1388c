const assert = require('node:assert/strict');
const { mkdtempSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { createCache } = require('@uno-cache/core');
const { file } = require('@uno-cache/file');

const directory = mkdtempSync(join(tmpdir(), 'uno-cache-'));
const cache = createCache({ tiers: [file({ directory })] });
cache.sync.set('answer', 42);
assert.equal(cache.sync.get('answer'), 42);
cache.close().then(() => rmSync(directory, { recursive: true }));

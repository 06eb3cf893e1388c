/** A value of a kind that is cached, the same at each run. */
export interface Payload {
  readonly name: string;
  /** Its message type in `messages.ts`. */
  readonly message: string;
  /** How many times it is written and read in a round. */
  readonly operations: number;
  readonly value: unknown;
  /** The value as protobuf takes it: times are numbers. */
  readonly fields: unknown;
}

const MINUTE_MS = 60_000;
const BEGAN = Date.UTC(2026, 0, 1);
const WORDS = 'light oak table round steel lamp wool rug small green chair soft linen desk wide shelf'.split(' ');

const next = randomNumbers(7);
const words = (count: number): string => Array.from({ length: count }, () => WORDS[next(WORDS.length)]).join(' ');

const profile = (time: (ms: number) => unknown): unknown => ({
  id: 'usr_01hq3v5k8d',
  name: 'Ada Lovelace',
  mail: 'ada@example.org',
  verified: true,
  roles: ['reader', 'editor', 'admin'],
  createdAt: time(BEGAN),
  lastSeenAt: time(BEGAN + 5 * MINUTE_MS),
  address: { street: '12 St James’s Square', city: 'London', zip: 'SW1Y 4JH', country: 'GB' },
  preferences: { language: 'en', theme: 'dark', newsletter: false, pageSize: 50 },
  visits: 1042,
});

const products = Array.from({ length: 200 }, (_, index) => ({
  id: 100_000 + index,
  sku: `SKU-${next(1_000_000)}`,
  title: words(5),
  description: words(25),
  price: next(100_000) / 100,
  stock: next(500),
  tags: [words(1), words(1)],
  image: `https://images.example.org/products/${100_000 + index}.webp`,
}));

const analytics = (time: (ms: number) => unknown): unknown => ({
  site: 'example.org',
  from: time(BEGAN),
  to: time(BEGAN + 1_000 * MINUTE_MS),
  points: Array.from({ length: 1_000 }, (_, index) => ({
    at: time(BEGAN + index * MINUTE_MS),
    views: (index * 7919) % 5_000,
    visitors: (index * 104_729) % 2_000,
    bounceRate: Math.sin(index) / 2 + 0.5,
    revenue: Math.round(Math.cos(index) * 1e6) / 100,
  })),
});

const asDate = (ms: number): Date => new Date(ms);
const asNumber = (ms: number): number => ms;

export const payloads: readonly Payload[] = [
  { name: 'user profile', message: 'Profile', operations: 2_000, value: profile(asDate), fields: profile(asNumber) },
  { name: '200 products', message: 'Products', operations: 20, value: products, fields: { items: products } },
  {
    name: 'analytics, 1,000 points',
    message: 'Analytics',
    operations: 10,
    value: analytics(asDate),
    fields: analytics(asNumber),
  },
];

/** Whole numbers below a bound; the same ones for the same seed. */
function randomNumbers(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}

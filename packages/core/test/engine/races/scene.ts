import type { Cache, EntryOptions, FactoryContext } from '../../../src/index.ts';
import type { ManualClock } from '../../../src/testing/index.ts';
import type { LevelKind, Stage } from '../stage.ts';
import { lose, stage } from '../stage.ts';
import { Points } from './points.ts';

/** How the value gets its tag: not at all, from the options, or from its factory. */
export type Tagging = 'none' | 'options' | 'factory';

/** What a value says of itself: the state of the source when its load began. */
export interface Value {
  readonly key: string;
  readonly generation: number;
}

/** A stage with a source behind it, and points in the processes' commands. */
export class Scene {
  readonly stage: Stage;
  readonly points: Points = new Points();
  /** Points of both processes, where an invalidation can be stopped on its way. */
  readonly ofInvalidation: Points = new Points();
  readonly key: string = 'k:1';
  readonly tagging: Tagging;
  /** The state of the source: an invalidation begins by changing it. */
  generation = 1;
  /** Whether factories fail. */
  failing = false;

  constructor(kinds: readonly LevelKind[], tagging: Tagging) {
    this.stage = stage(kinds);
    this.tagging = tagging;
    for (const [index, kind] of kinds.entries()) {
      if (kind === 'own') continue;
      this.points.watch(this.stage.one.tiers[index]!);
      for (const { tiers } of [this.stage.one, this.stage.two]) this.ofInvalidation.watch(tiers[index]!);
    }
  }

  get clock(): ManualClock {
    return this.stage.clock;
  }

  get one(): Cache {
    return this.stage.one.cache;
  }

  get two(): Cache {
    return this.stage.two.cache;
  }

  get isAlone(): boolean {
    return !this.stage.one.tiers.some(({ can }) => can.shared);
  }

  readonly value = (key: string = this.key): Value => ({ key, generation: this.generation });

  /** The first process's tier at `level` loses the key. */
  lose(level: number): Promise<void> {
    return lose(this.clock, this.stage.one.tiers[level]!, this.key);
  }

  /** Loads what the source has when it is called. */
  readonly factory = async ({ key, setTags }: FactoryContext): Promise<Value> => {
    const value = this.value(key);
    if (this.tagging === 'factory') setTags(['t']);
    // So that there is a cost to refresh early for.
    this.clock.advance(1);
    await this.points.pass();
    if (this.failing) throw new Error('the source is down');
    return value;
  };

  readonly loader = async (keys: string[]): Promise<Map<string, Value>> => {
    const values = new Map(keys.map((key) => [key, this.value(key)]));
    await this.points.pass();
    return values;
  };

  readonly options = (options: EntryOptions = {}): EntryOptions => ({
    ttl: 60,
    ...options,
    ...(this.tagging === 'options' ? { tags: ['t'] } : {}),
  });
}

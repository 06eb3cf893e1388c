/** A place with its GeoNames id. */
export interface City {
  readonly id: number;
  readonly name: string;
  /** ISO 3166 code, two capitals. */
  readonly country: string;
  readonly population: number;
  readonly latitude: number;
  readonly longitude: number;
}

export interface Point {
  readonly latitude: number;
  readonly longitude: number;
}

/** A city with its great-circle distance from the point that was asked for. */
export interface Neighbour extends City {
  readonly distanceKm: number;
}

export interface CountrySummary {
  readonly country: string;
  readonly cities: number;
  readonly population: number;
  /** The five largest, the largest first. */
  readonly largest: readonly City[];
}

export interface Totals {
  readonly cities: number;
  readonly countries: number;
  readonly population: number;
}

/** What may be edited. Places do not move: the service relies on it when it invalidates. */
export interface CityEdit {
  readonly name?: string | undefined;
  readonly population?: number | undefined;
}

export interface EditedCity {
  readonly before: City;
  readonly after: City;
}

/**
 * What the service can be asked. The database answers it, and so does the cache in front of the database: who asks
 * cannot tell one from the other, except by the time it takes.
 */
export interface Cities {
  /** `undefined` when there is none. */
  city(id: number): Promise<City | undefined>;
  /** In the order of `ids`, without those that do not exist. */
  citiesById(ids: readonly number[]): Promise<readonly City[]>;
  /** The nearest first. */
  nearest(point: Point, count: number): Promise<readonly Neighbour[]>;
  /** Cities whose name holds `text`, upper and lower case of A to Z alike, the largest first. */
  search(text: string, count: number): Promise<readonly City[]>;
  /** `undefined` when no city lies there. */
  country(code: string): Promise<CountrySummary | undefined>;
  totals(): Promise<Totals>;
  /** `undefined` when there is no such city. */
  edit(id: number, edit: CityEdit): Promise<EditedCity | undefined>;
}

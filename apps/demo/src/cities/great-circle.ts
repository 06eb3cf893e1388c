const EARTH_DIAMETER_KM = 2 * 6371.0088;
const RADIANS = Math.PI / 180;

/** The distance over the ground between two points given in degrees, by the haversine formula. */
export function greatCircleKm(latitude1: number, longitude1: number, latitude2: number, longitude2: number): number {
  const northward = Math.sin(((latitude2 - latitude1) * RADIANS) / 2);
  const eastward = Math.sin(((longitude2 - longitude1) * RADIANS) / 2);
  const squared =
    northward * northward + Math.cos(latitude1 * RADIANS) * Math.cos(latitude2 * RADIANS) * eastward * eastward;
  return EARTH_DIAMETER_KM * Math.asin(Math.min(1, Math.sqrt(squared)));
}

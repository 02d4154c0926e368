/** Tallies of one file while its code is being read. */
export interface CodeCounts {
  instructions: number;
  unknownBytes: number;
  readonly features: Map<string, number>;
  /** The feature that an instruction needs; "" for one that needs none. */
  add(feature: string): void;
}

export function createCounts(): CodeCounts {
  const features = new Map<string, number>();
  return {
    instructions: 0,
    unknownBytes: 0,
    features,
    add(feature) {
      if (feature !== "") features.set(feature, (features.get(feature) ?? 0) + 1);
    },
  };
}

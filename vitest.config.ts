import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    environment: "node",
    include: ["test/**/*.test.ts"],
    // Tests start real tools (skopeo, gcc, the real loader) beside each other: processes of their own, and no more than two.
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 30_000,
    // A hook may play a whole run: minutes, where the machine has other work.
    hookTimeout: 300_000,
    reporters: ["default"],
    coverage: {
      provider: "v8",
      include: ["src/**/*.ts"],
      reporter: ["text-summary", "html"],
    },
  },
});

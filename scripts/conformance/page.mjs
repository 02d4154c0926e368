export function isMet() { return true; }
export async function writePage() {}

/** @throws a `LaunchError` when npm can't install them. */
export function install(options: { folder?: string; onProgress: (part: string) => void }): Promise<void>

/**
 * A plain single flight: whoever asks while a read of the same key is under way gets that read's result, although it may
 * have started before a write that was acknowledged meanwhile.
 */
export function joined<T>(read: (key: string) => Promise<T>): (key: string) => Promise<T> {
  const flights = new Map<string, Promise<T>>();
  return (key) => {
    const running = flights.get(key);
    if (running !== undefined) return running;
    const flight = read(key).finally(() => flights.delete(key));
    flights.set(key, flight);
    return flight;
  };
}

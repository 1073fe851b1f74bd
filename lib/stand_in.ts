/**
 * Gives a class the prototype of a class of the platform, and hands on to the real one what it does not have itself.
 *
 * @param real The class of the platform.
 * @param standIn The class that stands in for it; what its prototype has is left as it is.
 * @param reveal The real one behind an instance.
 */
export function standInFor<StandIn extends object, Real extends object>(
  real: { readonly prototype: Real },
  standIn: { readonly prototype: StandIn },
  reveal: (instance: StandIn) => Real,
): void {
  const { prototype } = standIn;
  Object.setPrototypeOf(prototype, real.prototype);
  for (const name of Reflect.ownKeys(real.prototype)) {
    if (Object.hasOwn(prototype, name)) continue;
    const { value } = Object.getOwnPropertyDescriptor(real.prototype, name)!;
    const get = function (this: StandIn) {
      const target = reveal(this);
      const member = Reflect.get(target, name);
      return typeof member === "function" ? member.bind(target) : member;
    };
    Object.defineProperty(prototype, name, typeof value === "string" ? { value } : { get, configurable: true });
  }
}

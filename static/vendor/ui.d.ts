// Types of vendor/ui.js (preact + htm + hooks): only what the page uses.
export type Node = object | string | number | boolean | null | undefined;
export function h(type: unknown, props: object | null, ...children: unknown[]): object;
export function html(parts: TemplateStringsArray, ...values: unknown[]): object;
export function render(node: unknown, parent: Element): void;
export const Fragment: unknown;
// A state that begins empty says nothing of what it will hold.
export function useState(first: null): [any, (next: any) => void];
export function useState<T>(first: T | (() => T)): [T, (next: T | ((old: T) => T)) => void];
export function useReducer<S, A>(step: (state: S, action: A) => S, first: S): [S, (action: A) => void];
export function useEffect(effect: () => void | (() => void), inputs?: readonly unknown[]): void;
export function useLayoutEffect(effect: () => void | (() => void), inputs?: readonly unknown[]): void;
export function useRef(first: null): { current: any };
export function useRef<T>(first: T): { current: T };
export function useMemo<T>(make: () => T, inputs: readonly unknown[]): T;
export function useCallback<F extends Function>(fn: F, inputs: readonly unknown[]): F;
export function useErrorBoundary(onError?: (error: unknown) => void): [unknown, () => void];

/** The colours of a picture. Its ground is transparent, so that it lies on a light or a dark page. */
export interface Theme {
  readonly name: "light" | "dark";
  readonly text: string;
  readonly faint: string;
  readonly colours: readonly string[];
}

// Okabe and Ito's palette, which people with any kind of colour vision can tell apart; on dark its lighter half.
export const LIGHT: Theme = {
  name: "light",
  text: "#1f2328",
  faint: "#d0d7de",
  colours: ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#7f7f7f", "#000000"],
};

export const DARK: Theme = {
  name: "dark",
  text: "#e6edf3",
  faint: "#3d444d",
  colours: ["#56b4e9", "#e69f00", "#2ec27e", "#e79bc4", "#4c9be0", "#f0e442", "#a0a0a0", "#ffffff"],
};

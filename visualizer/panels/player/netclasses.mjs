// The colors of classes: others than those of the networks' paths would be, were there enough colors.
import { theme } from "./theme.mjs";

export const classColors = () => (theme.dark ? ["#6ea8fe", "#ff9d57", "#6fd08c"] : ["#2563c9", "#d9610a", "#1d8a4a"]);

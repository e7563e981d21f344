/// The entrypoint of images: a script that renders the release's configuration from the environment and starts it.
public enum Entrypoint {}

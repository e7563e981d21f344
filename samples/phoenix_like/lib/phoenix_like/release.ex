defmodule PhoenixLike.Release do
  @moduledoc """
  What a release can do without Mix: `bin/migrate`, or `bin/phoenix_like eval PhoenixLike.Release.migrate`.
  """
  @app :phoenix_like

  @doc """
  "Migrates": appends one line to the file that `DATABASE_URL` names (`file:///path`), so that one can see that it
  ran, how often, and by which version. Raises when the file cannot be written, so the command fails.
  """
  def migrate do
    # not started, as Phoenix's own does: the app must not serve beside a migration
    :ok = Application.ensure_loaded(@app)
    path = path(Application.fetch_env!(@app, PhoenixLike.Repo)[:url])
    line = "#{@app} #{Application.spec(@app, :vsn)} pid #{System.pid()} at #{DateTime.utc_now()}\n"
    File.write!(path, line, [:append])
    IO.puts("migrated #{path}")
  end

  defp path(url) do
    case URI.parse(url) do
      %URI{scheme: "file", path: "/" <> _ = path} -> URI.decode(path)
      _other -> raise ArgumentError, "DATABASE_URL must be file:///path for PhoenixLike.Release.migrate"
    end
  end
end

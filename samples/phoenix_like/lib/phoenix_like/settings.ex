defmodule PhoenixLike.Settings do
  @moduledoc "Everything that came from outside, as bytes: so one can see whether it arrived as it was meant."

  alias PhoenixLike.{Endpoint, Repo}

  @doc "One `name=value` a line, the values in base 64: settings, the node, its peers."
  def text, do: Enum.map_join(all(), fn {name, value} -> "#{name}=#{Base.encode64(value)}\n" end)

  @doc "The settings by name."
  def all do
    repo = Application.get_env(:phoenix_like, Repo, [])
    endpoint = Endpoint.config()

    [
      {"database_url", repo[:url] || ""},
      {"pool_size", "#{repo[:pool_size]}"},
      {"ipv6", "#{:inet6 in Keyword.get(repo, :socket_options, [])}"},
      {"secret_key_base", endpoint[:secret_key_base] || ""},
      {"host", endpoint[:url][:host] || ""},
      {"port", "#{endpoint[:http][:port]}"},
      {"dns_cluster_query", Application.get_env(:phoenix_like, :dns_cluster_query) || ""},
      {"force_ssl", "#{endpoint[:force_ssl]}"},
      {"node", Atom.to_string(node())},
      {"peers", Enum.map_join(Node.list(), " ", &Atom.to_string/1)}
    ]
  end
end

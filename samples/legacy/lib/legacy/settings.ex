defmodule Legacy.Settings do
  @moduledoc """
  Everything that was filled in from outside, as bytes: so one can see whether it arrived as it was meant.
  """

  @doc """
  The settings by name. Raises when one has not the type that it has in `config/prod.exs`.
  """
  def all do
    store = Application.fetch_env!(:legacy, Legacy.Store)

    [
      {"greeting", binary(setting(:greeting))},
      {"motto", charlist(setting(:motto))},
      {"mode", atom(setting(:mode))},
      {"port", binary(setting(:port))},
      {"store_url", binary(Keyword.fetch!(store, :url))},
      {"pool_size", binary(Keyword.fetch!(store, :pool_size))},
      {"note", System.get_env("LEGACY_NOTE", "")},
      {"max_processes", Integer.to_string(:erlang.system_info(:process_limit))}
    ]
  end

  @doc "One `name=value` a line, the values in base 64; then the node and its peers, in the same way."
  def text do
    peers = Node.list() |> Enum.map_join(" ", &Atom.to_string/1)
    facts = all() ++ [{"node", Atom.to_string(node())}, {"peers", peers}]
    Enum.map_join(facts, fn {name, value} -> "#{name}=#{Base.encode64(value)}\n" end)
  end

  defp setting(name), do: Application.fetch_env!(:legacy, name)

  defp binary(value) when is_binary(value), do: value
  defp charlist(value) when is_list(value), do: List.to_string(value)
  defp atom(value) when is_atom(value), do: Atom.to_string(value)
end

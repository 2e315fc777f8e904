{{- /*
Stops with every problem of every workload at once, each at the place where its value is written, and with those that the
chart found itself (Problems of the root). (dict "root" $ "given" VALUES "workloads" EFFECTIVE)
*/ -}}
{{- define "kda-common.check" -}}
{{- $problems := list (.root.Problems | default "") (include "kda-common.problems.chart" .) -}}
{{- range $key, $values := .workloads -}}
{{- $ctx := set (omit $.root "Values") "Values" $values -}}
{{- if $values.kind -}}
{{- $library := include "kda-common.library" $values.kind -}}
{{- $text := printf "%s\n%s" (include "kda-common.problems" $ctx) (include (printf "%s.problems" $library) $ctx) -}}
{{- $problems = append $problems (include "kda-common.placed" (dict "text" $text "ctx" $ctx "given" $.given)) -}}
{{- end -}}
{{- end -}}
{{- include "kda-common.refuse" (dict "ctx" .root "problems" (join "\n" $problems)) -}}
{{- end -}}

{{- /* A problem starts with a path, which is the workload's where that says as much of it as the chart does for all. */ -}}
{{- define "kda-common.placed" -}}
{{- $shared := include "kda-common.defaults" . | fromYaml -}}
{{- range regexFindAll "(?m)^- .*$" .text -1 -}}
{{- $path := regexFind "^[^ :[]+" (trimPrefix "- " .) -}}
{{- $own := include "kda-common.depth" (dict "in" $.ctx.Values.own "path" $path) | int -}}
{{- $all := include "kda-common.depth" (dict "in" $.given "path" $path) | int -}}
{{- $isShared := or (gt $all $own) (and (eq $own 0) (hasKey $shared (splitList "." $path | first))) -}}
{{ printf "- %s%s\n" (ternary "" (printf "workloads.%s." $.ctx.Values.key) $isShared) (trimPrefix "- " .) }}
{{- end -}}
{{- end -}}

{{- /* What is wrong between workloads, and with what is none. */ -}}
{{- define "kda-common.problems.chart" -}}
{{- range $key, $object := .given.extraObjects }}
{{- if and (kindIs "map" $object) (has $object.kind (list "Pod" "Deployment" "StatefulSet" "DaemonSet" "ReplicaSet" "Job" "CronJob")) }}
- extraObjects.{{ $key }}: a {{ $object.kind }} would be without the guards of a workload; write it in workloads
{{- end }}
{{- end }}
{{- $taken := dict }}
{{- range $key, $values := .workloads }}
{{- $ctx := set (omit $.root "Values") "Values" $values }}
{{- if not (regexMatch "^[a-z]([-a-z0-9]{0,28}[a-z0-9])?$" $key) }}
- workloads.{{ $key | default "\"\"" }}: a workload has a name, of at most 30 lower-case letters, digits and hyphens, that begins with a letter; rename it
{{- end }}
{{- range $path := $values.shares }}
{{- $known := list $.given (include "kda-common.defaults" $ | fromYaml) (include "kda-common.defaultsOf" ($values.kind | default "") | fromYaml) }}
{{- $found := false }}
{{- range $known }}
{{- if eq (splitList "." $path | len) (include "kda-common.depth" (dict "in" . "path" $path) | int) }}{{ $found = true }}{{ end }}
{{- end }}
{{- if not $found }}
- workloads.{{ $key }}.shares: there is no {{ $path }}; write the path of a value, for example networkPolicy.egress.dns
{{- end }}
{{- end }}
{{- if not $values.kind }}
- workloads.{{ $key }}.kind is missing: say what it is, for example knative or cronjob
{{- end }}
{{- $claims := dict (printf "name %s" (include "kda-common.workloadName" $ctx)) "main" (printf "component %s" (include "kda-common.component" $ctx)) "component" }}
{{- range $host, $_ := dig "knative" "domains" dict $values }}{{ $_ := set $claims (printf "host %s" $host) (printf "knative.domains.%s" $host) }}{{ end }}
{{- range $host, $entry := dig "ingress" "hosts" dict $values }}
{{- $_ := set $claims (printf "address %s%s" $host ($entry.path | default "/")) (printf "ingress.hosts.%s" $host) }}
{{- end }}
{{- range $host, $_ := dig "httpRoute" "hosts" dict $values }}
{{- $_ := set $claims (printf "address %s%s" $host $values.httpRoute.path) (printf "httpRoute.hosts.%s" $host) }}
{{- end }}
{{- range dig "knative" "traffic" list $values }}
{{- with .revisionName }}{{ $_ := set $claims (printf "revision %s" .) "knative.traffic" }}{{ end }}
{{- end }}
{{- range $claim, $path := $claims }}
{{- $other := get $taken $claim }}
{{- if $other }}
- workloads.{{ $key }}.{{ $path }}: workloads.{{ $other }} has the {{ $claim }} too; change one of the two
{{- end }}
{{- $_ := set $taken $claim $key }}
{{- end }}
{{- end }}
{{- end -}}

{{- /* Stops with every problem at once. (dict "ctx" $ "problems" TEXT), one problem a line, each starting with "- " */ -}}
{{- define "kda-common.refuse" -}}
{{- $problems := regexFindAll "(?m)^- .*$" .problems -1 | uniq -}}
{{- if $problems -}}
{{- fail (printf "\n\nThe values of %s cannot be installed:\n%s\n" .ctx.Chart.Name (join "\n" $problems)) -}}
{{- end -}}
{{- end -}}

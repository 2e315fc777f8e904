{{- /*
The values of a chart without workloads, as YAML: the library's defaults, overlaid by the chart's own values, where
false, 0 and "" count and null removes. (dict "root" $ "defaults" (list TEMPLATE …))
*/ -}}
{{- define "kda-common.values" -}}
{{- $values := dict -}}
{{- range .defaults -}}
{{- $values = mustMergeOverwrite $values (include . $ | fromYaml) -}}
{{- end -}}
{{- $values = mustMergeOverwrite $values (include "kda-common.given" .root | fromYaml) -}}
{{- include "kda-common.prune" $values -}}
{{- toYaml $values -}}
{{- end -}}

{{- /* What the chart was given, with the keys that have moved (see "kda-common.moved") in their new places. */ -}}
{{- define "kda-common.given" -}}
{{- $given := deepCopy (omit .Values "kda-common" "kda-service" "kda-job") -}}
{{- range $from, $to := include "kda-common.moved" . | fromYaml -}}
{{- if hasKey $given $from -}}
{{- $value := get $given $from -}}
{{- range splitList "." $to | reverse -}}{{- $value = dict . $value -}}{{- end -}}
{{- $given = mustMergeOverwrite (omit $given $from) $value -}}
{{- end -}}
{{- end -}}
{{- $_ := set $given "workloads" ($given.workloads | default dict) -}}
{{- toYaml $given -}}
{{- end -}}

{{- /* Keys of the release before, and where they are written now: the annotation kda/moved of Chart.yaml, as YAML. */ -}}
{{- define "kda-common.moved" -}}
{{- with .Chart.Annotations }}{{ index . "kda/moved" }}{{ end -}}
{{- end -}}

{{- /* By workload, the values it works with: defaults, what the chart says for all, what it says for this one. */ -}}
{{- define "kda-common.effective" -}}
{{- $all := dict -}}
{{- range $key, $own := .given.workloads -}}
{{- if and $own (ne (toString $own.enabled) "false") (ne (toString $own.mode) "none") -}}
{{- $values := include "kda-common.ofWorkload" (dict "shared" (omit $.given "workloads") "own" $own) | fromYaml -}}
{{- $_ := set $all $key (mustMergeOverwrite $values (dict "key" $key "own" $own)) -}}
{{- end -}}
{{- end -}}
{{- include "kda-common.prepare" $all -}}
{{- toYaml $all -}}
{{- end -}}

{{- /* Jobs with `mode: init` become init containers of all that goes on serving, which then has to reach what they reach. */ -}}
{{- define "kda-common.prepare" -}}
{{- range $key, $job := . -}}
{{- if and (eq (toString $job.mode) "init") (eq (toString $job.kind) "job") -}}
{{- range $other := $ -}}
{{- if and $other.kind (eq (include "kda-common.library" $other.kind) "kda-service") -}}
{{- $_ := set $other "before" (merge (dict $key $job) ($other.before | default dict)) -}}
{{- $_ := set $other.networkPolicy "egress" (merge $other.networkPolicy.egress (deepCopy $job.networkPolicy.egress)) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "kda-common.ofWorkload" -}}
{{- $own := deepCopy .own -}}
{{- $shared := deepCopy .shared -}}
{{- if hasKey $own "shares" -}}
{{- $chart := list "nameOverride" "fullnameOverride" "partOf" "commonLabels" "commonAnnotations" "profiles" "global" -}}
{{- $shared = include "kda-common.pick" (dict "from" $shared "paths" (concat $chart ($own.shares | default list))) | fromYaml -}}
{{- end -}}
{{- range $key, $value := $own -}}
{{- if kindIs "invalid" $value }}{{ $_ := unset $shared $key }}{{ $_ := unset $own $key }}{{ end -}}
{{- end -}}
{{- if eq (toString $own.mode) "hook" }}{{ $_ := set $own "hook" ($own.hook | default (list "post-install" "pre-upgrade")) }}{{ end -}}
{{- if eq (toString $own.mode) "init" }}{{ $_ := unset $own "hook" }}{{ end -}}
{{- if $own.profile }}{{ $_ := unset $shared "resources" }}{{ end -}}
{{- if and $own.hook (not $own.serviceAccount) }}{{ $_ := unset $shared "serviceAccount" }}{{ end -}}
{{- /* The workload's own database, where it names one; one of the two ways would otherwise be left of each. */ -}}
{{- $database := $own.externalDatabase | default dict -}}
{{- $other := ternary $shared $own (not (empty (or $database.url $database.existingSecret))) -}}
{{- if $other.externalDatabase }}{{ $_ := set $other "externalDatabase" (omit $other.externalDatabase "url" "existingSecret") }}{{ end -}}
{{- $values := mustMergeOverwrite (include "kda-common.defaults" . | fromYaml) (include "kda-common.defaultsOf" ($own.kind | default "") | fromYaml) $shared $own -}}
{{- include "kda-common.prune" $values -}}
{{- toYaml $values -}}
{{- end -}}

{{- define "kda-common.defaultsOf" -}}
{{- if . }}{{ include (printf "%s.defaults" (include "kda-common.library" .)) . }}{{ end -}}
{{- end -}}

{{- /* The part of a map that some paths name: (dict "from" MAP "paths" (list "a" "b.c")). */ -}}
{{- define "kda-common.pick" -}}
{{- $picked := dict -}}
{{- range $path := .paths -}}
{{- $parts := splitList "." $path -}}
{{- if eq (len $parts) (include "kda-common.depth" (dict "in" $.from "path" $path) | int) -}}
{{- $value := $.from -}}
{{- range $parts }}{{ $value = get $value . }}{{ end -}}
{{- range reverse $parts }}{{ $value = dict . $value }}{{ end -}}
{{- $picked = mustMergeOverwrite $picked (deepCopy $value) -}}
{{- end -}}
{{- end -}}
{{- toYaml $picked -}}
{{- end -}}

{{- /* How many parts of a path a map has: (dict "in" MAP "path" "a.b"). */ -}}
{{- define "kda-common.depth" -}}
{{- $at := .in -}}
{{- $depth := 0 -}}
{{- range splitList "." .path -}}
{{- if and (kindIs "map" $at) (hasKey (ternary $at dict (kindIs "map" $at)) .) -}}
{{- $at = get $at . -}}
{{- $depth = add1 $depth -}}
{{- else -}}
{{- $at = "" -}}
{{- end -}}
{{- end -}}
{{- $depth -}}
{{- end -}}

{{- /* Drops what is null, in place. */ -}}
{{- define "kda-common.prune" -}}
{{- range $key, $value := . -}}
{{- if kindIs "invalid" $value -}}
{{- $_ := unset $ $key -}}
{{- else if kindIs "map" $value -}}
{{- include "kda-common.prune" $value -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- /* YAML numbers reach a template as floats: 1048576 would print as 1.048576e+06. */ -}}
{{- define "kda-common.string" -}}
{{- if kindIs "float64" . -}}
{{- if eq (floor .) . -}}{{ int64 . }}{{- else -}}{{ . }}{{- end -}}
{{- else -}}
{{- toString . -}}
{{- end -}}
{{- end -}}

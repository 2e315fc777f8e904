{{- /* `--set image.tag=1` makes it a number. */ -}}
{{- define "kda-common.imageTag" -}}
{{- include "kda-common.string" (.Values.image.tag | default .Chart.AppVersion | default "") -}}
{{- end -}}

{{- /* With global.imageRegistry in the place of its registry, where it has one: the part with a dot or a port. */ -}}
{{- define "kda-common.repository" -}}
{{- $repository := .Values.image.repository -}}
{{- with dig "global" "imageRegistry" "" .Values -}}
{{- $repository = printf "%s/%s" (trimSuffix "/" .) (regexReplaceAll "^(localhost|[^/]*[.:][^/]*)/" $repository "") -}}
{{- end -}}
{{- $repository -}}
{{- end -}}

{{- /* A digest wins over a tag, because only a digest names the same bytes tomorrow. */ -}}
{{- define "kda-common.image" -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" (include "kda-common.repository" .) .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" (include "kda-common.repository" .) (include "kda-common.imageTag" .) -}}
{{- end -}}
{{- end -}}

{{- /* Names of Secrets, the chart's and the umbrella's; others write { name: … } there. */ -}}
{{- define "kda-common.pullSecrets" -}}
{{- $names := .Values.imagePullSecrets -}}
{{- range dig "global" "imagePullSecrets" list .Values -}}
{{- if kindIs "map" . }}{{ $names = append $names .name }}{{ else }}{{ $names = append $names . }}{{ end -}}
{{- end -}}
{{- toYaml (uniq $names) -}}
{{- end -}}

{{- define "kda-common.problems.image" -}}
{{- if not .Values.image.repository }}
- image.repository is empty: set it to the image's repository, for example registry.example.com/team/{{ include "kda-common.name" . }}
{{- end }}
{{- if not .Values.image.digest }}
{{- $tag := include "kda-common.imageTag" . }}
{{- if not $tag }}
- image.tag is empty, as is image.digest: set one of them, or appVersion in Chart.yaml
{{- else if eq $tag "latest" }}
- image.tag: "latest" names another image every day: set an exact version, or image.digest
{{- end }}
{{- end }}
{{- end -}}

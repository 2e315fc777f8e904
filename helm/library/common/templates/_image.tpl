{{- /* `--set image.tag=1` makes it a number. */ -}}
{{- define "common.imageTag" -}}
{{- include "common.string" (.Values.image.tag | default .Chart.AppVersion | default "") -}}
{{- end -}}

{{- /* A digest wins over a tag, because only a digest names the same bytes tomorrow. */ -}}
{{- define "common.image" -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" .Values.image.repository (include "common.imageTag" .) -}}
{{- end -}}
{{- end -}}

{{- define "common.image.problems" -}}
{{- if not .Values.image.repository }}
- image.repository is empty: set it to the image's repository, for example registry.example.com/team/{{ include "common.name" . }}
{{- end }}
{{- if not .Values.image.digest }}
{{- $tag := include "common.imageTag" . }}
{{- if not $tag }}
- image.tag and image.digest are empty: set one of them, or appVersion in Chart.yaml
{{- else if eq $tag "latest" }}
- image.tag: "latest" names another image every day: set an exact version, or image.digest
{{- end }}
{{- end }}
{{- end -}}
